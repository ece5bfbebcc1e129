/** Embeds in what a function or a write gave back: their rows come from elsewhere, and the embeds are read as ever. */

import { isObject, parseJson } from "../../json/json.ts";
import type { ReadPlan } from "../../postgrest/plan/types.ts";
import { allRows } from "../../postgrest/request/range.ts";
import type { QualifiedIdentifier } from "../../postgrest/schema-cache/types.ts";
import { relationsByName } from "../catalog/relations.ts";
import type { Inquiry } from "../inquiry.ts";
import type { Findings } from "../types.ts";
import { emptyEmbedFinding } from "./empty-embeds.ts";
import { keyFilter } from "./sql.ts";

/** `table` is what the rows are of. Undefined where the answer does not hold its whole key, or nothing is hidden. */
export async function returnedEmbeds(
  inquiry: Inquiry,
  read: ReadPlan,
  table: QualifiedIdentifier,
): Promise<Findings | undefined> {
  if (read.children.length === 0) return undefined;
  const [relation] = await relationsByName(inquiry.session, [table], [inquiry.role]);
  const keys = relation === undefined ? [] : keysIn(inquiry, relation.primaryKey);
  if (relation === undefined || keys.length === 0) return undefined;
  const where = [keyFilter(relation.primaryKey, keys)];
  // The joins of the embeds name what the statement calls its rows.
  return emptyEmbedFinding(inquiry, {
    ...read,
    from: table,
    fromAlias: read.fromAlias ?? read.from.name,
    where,
    range: allRows,
  });
}

const MOST = 100;

function keysIn({ trace }: Inquiry, key: readonly string[]): string[][] {
  const body = parseJson(trace.response.body.toString());
  const rows = (Array.isArray(body) ? body : [body]).filter(isObject).slice(0, MOST);
  if (key.length === 0 || !rows.every((row) => key.every((name) => (row[name] ?? null) !== null))) return [];
  return rows.map((row) => key.map((name) => String(row[name])));
}
