/** What the engine remembers must not show: neither what it made of other requests nor the marks that stand for their values. */
import type { HttpRequest } from "../../src/http/message.ts";
import { dialects, type PostgrestVersion } from "../../src/postgrest/dialect.ts";
import type { Engine } from "../../src/postgrest/engine.ts";
import { Planner } from "../../src/postgrest/planner.ts";
import { queryShape } from "../../src/postgrest/request/query-shape.ts";
import { PlannedQuery } from "../../src/postgrest/transaction/planned-query.ts";
import type { SentStatement } from "./oracle.ts";
import type { Random } from "./random.ts";

/** Requests that differ from a reading one in the values of its filters alone: enough for the engine to see what they share. */
export function alike(random: Random, request: HttpRequest): HttpRequest[] {
  const shape = queryShape(request.query);
  if (shape === undefined || (request.method !== "GET" && request.method !== "HEAD")) return [];
  const other = () => ({ ...request, query: shape.text.replaceAll("\0", () => String(random.below(100))) });
  return [other(), other()];
}

/** Where the statements that went out are not those of a planner that has seen nothing else. */
export function unlikeAfresh(
  engine: Engine,
  version: PostgrestVersion,
  request: HttpRequest,
  sent: readonly SentStatement[],
): string[] {
  const gone = sent.filter(isOwn);
  if (gone.length === 0 || engine.schemaCache === null) return [];
  const { config } = engine;
  const dialect = dialects[version];
  const planner = new Planner(config, dialect, engine.schemaCache);
  const read = planner.read(request);
  const planned = planner.plan(read);
  if (!(planned instanceof PlannedQuery)) return [];
  const auth = { role: "", claims: {}, claimsJson: "{}", authenticated: false };
  const { statements } = planned.compose({ config, dialect, auth, request: read.request }).sent();
  const wanted = statements.filter(isOwn);
  const same = JSON.stringify(wanted.map(shown)) === JSON.stringify(gone.map(shown));
  return same
    ? []
    : [`remembered: sent ${JSON.stringify(gone.map(shown))}, afresh ${JSON.stringify(wanted.map(shown))}`];
}

/** The others come of the caller. */
const isOwn = ({ role }: SentStatement): boolean => role === "main" || role === "count";

const shown = ({ text, parameters }: SentStatement) => ({ text, parameters: parameters.map((one) => String(one)) });
