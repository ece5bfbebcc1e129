/** Policies over traced requests: how often each part was true, false or NULL, and which were never asked. */
import { escapeIdentifier } from "pg";
import { modes } from "../../project/mode/mode.ts";
import type { ModeName } from "../../project/mode/types.ts";
import type { Trace } from "../../trace/trace.ts";
import { relationsInSchema } from "../catalog/in-schema.ts";
import { claimsTable } from "../claims.ts";
import type { DiagnosisContext } from "../context.ts";
import { sentRequest } from "../evidence.ts";
import { Inquiry } from "../inquiry.ts";
import { Replay } from "../replay/request.ts";
import { Session } from "../replay/session.ts";
import { askAll } from "./ask.ts";
import { type DistinctRequest, distinctRequests } from "./distinct.ts";
import { Tally } from "./tally.ts";
import { touchedRows } from "./touched.ts";
import type { CoverageReport } from "./types.ts";

/** Different requests evaluated at most; the same request again only counts. */
const MOST_REQUESTS = 500;

/**
 * Asks the policies again about the rows that each request met, in transactions that are rolled back. The rows are those of
 * now: what a request deleted is counted and not evaluated. Traces of the other mode are left out. Rejects when the
 * database cannot be reached.
 */
export async function policyCoverage(
  traces: readonly Trace[],
  mode: ModeName,
  context: DiagnosisContext,
): Promise<CoverageReport> {
  const own = traces.filter((trace) => trace.mode === mode);
  const distinct = distinctRequests(own);
  const tally = new Tally();
  const notes = new Set<string>();
  if (distinct.length > MOST_REQUESTS)
    notes.add(`${distinct.length - MOST_REQUESTS} of ${distinct.length} different requests were left out.`);
  return context.admin(async (client) => {
    let covered = 0;
    for (const request of distinct.slice(0, MOST_REQUESTS)) {
      const done = await Session.run(client, (session) => cover(session, request, context, tally, notes));
      if (done) covered += request.times;
    }
    const policies = await Session.run(client, (session) => allPolicies(session, mode, context, tally));
    return { mode, requests: own.length, passedOver: own.length - covered, policies, notes: [...notes] };
  });
}

/** False when no policy was asked about anything that can be asked again. */
async function cover(
  session: Session,
  { trace, times }: DistinctRequest,
  context: DiagnosisContext,
  tally: Tally,
  notes: Set<string>,
): Promise<boolean> {
  const sent = sentRequest(trace);
  if (sent === undefined || sent.plan.kind === "call") return false;
  const names = modes[trace.mode].names(context.project);
  const replay = new Replay(session, sent, names.loginRole);
  if (!(await replay.adopt()).ok) return false;
  const claims = claimsTable(trace) ?? { sent: null, kept: null, seen: sent.claims, dropped: [] };
  const inquiry = new Inquiry({ trace, context, options: {}, names, session, replay, sent, claims });
  const found = await session.attempt(() => touchedRows(inquiry));
  if (!found.ok) return false;
  await askAll(inquiry, found.value, times, tally);
  for (const note of inquiry.notes) notes.add(note);
  return true;
}

async function allPolicies(
  session: Session,
  mode: ModeName,
  context: DiagnosisContext,
  tally: Tally,
): Promise<CoverageReport["policies"]> {
  const { schema, userRole } = modes[mode].names(context.project);
  await session.run(`SET LOCAL search_path = ${escapeIdentifier(schema)}`);
  const relations = await relationsInSchema(session, schema, [userRole]);
  return relations.flatMap((relation) =>
    relation.policies.map((policy) => {
      const source = context.sourceOf?.({ kind: "policy", name: policy.name, table: relation.name });
      return {
        ...tally.coverage(relation, policy),
        ...(source === undefined ? {} : { source: `${source.file}:${source.line}` }),
      };
    }),
  );
}
