/** A write that was answered without an error: what it wrote, and what it did not. */
import type { MutatePlan } from "../../postgrest/plan/types.ts";
import { relationsByName } from "../catalog/relations.ts";
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import { applicable, type Question } from "../policies/applicable.ts";
import { assess } from "../policies/assess.ts";
import { causeFinding } from "../policies/cause-finding.ts";
import { type BodyRow, bodyRows } from "../policies/new-rows.ts";
import type { Finding } from "../types.ts";
import { plural } from "../words.ts";
import { leftOutFinding } from "./left-out.ts";
import { SAMPLES } from "./samples.ts";
import { sampleTable, takeSamples } from "./sql.ts";

const VERBS = { insert: "inserted into", update: "updated in", delete: "deleted from" } as const;

export async function writtenFinding(inquiry: Inquiry, plan: MutatePlan, rows: number): Promise<Finding> {
  const [relation] = await relationsByName(inquiry.session, [plan.target], [inquiry.role]);
  if (plan.kind === "insert" && rows === 0) return nothingInserted(inquiry, plan, relation);
  const kept =
    relation === undefined || plan.kind === "insert" || !relation.securedFor.includes(inquiry.role)
      ? undefined
      : await keptBack(inquiry, plan, relation);
  const upsert = plan.kind === "insert" && plan.onConflict?.resolution === "merge-duplicates";
  const verb = upsert ? "inserted or updated in" : VERBS[plan.kind];
  const bypassed = relation?.rowSecurity === true && !relation.securedFor.includes(inquiry.role);
  const passed = bypassed
    ? `${inquiry.role} holds the privileges; row security of ${inquiry.show(relation)} does not hold for it, so no policy was asked.`
    : `${inquiry.role} holds the privileges, and the policies let the ${rows === 1 ? "row" : "rows"} pass.`;
  return ok(inquiry, plan, rows, verb, [passed, ...(kept === undefined ? [] : [kept])]);
}

/** Whether a row has everything that was sent; of an empty body none. */
const holds = (row: BodyRow, sent: BodyRow): boolean =>
  Object.keys(sent).length > 0 &&
  Object.entries(sent).every(([name, value]) => JSON.stringify(row[name]) === JSON.stringify(value));

const ok = (
  { trace }: Inquiry,
  { target }: MutatePlan,
  rows: number,
  verb: string,
  because: readonly string[],
): Finding => ({
  code: "ok.written",
  layer: "response",
  title: `Nothing was refused: ${trace.response.status}, ${plural(rows, "row")} ${verb} ${target.name}.`,
  because,
});

async function nothingInserted(
  inquiry: Inquiry,
  plan: Extract<MutatePlan, { kind: "insert" }>,
  relation: Relation | undefined,
): Promise<Finding> {
  const none = (reason: string) => ok(inquiry, plan, 0, VERBS.insert, [reason]);
  const bodies = bodyRows(inquiry.sent);
  if (bodies === undefined || bodies.length === 0) {
    const isList = bodies !== undefined && inquiry.trace.request.body.toString("utf8").trim().startsWith("[");
    return none(
      isList
        ? "The body is an empty list: there was nothing to insert."
        : "The body is neither an object nor a list of objects; PostgREST takes it for an empty list.",
    );
  }
  const leftOut = relation === undefined ? undefined : await leftOutFinding(inquiry, relation, "insert");
  if (leftOut !== undefined) return leftOut;
  return none(
    plan.onConflict?.resolution === "ignore-duplicates"
      ? "Every row sent exists already, and resolution=ignore-duplicates leaves those as they are."
      : "A rule or trigger of the table may have taken the rows elsewhere.",
  );
}

/**
 * Rows that match as well and that policies keep from the write: among those that match now, which is after it. Only
 * reads, since a write that passed may do more than what can be rolled back.
 */
async function keptBack(
  inquiry: Inquiry,
  plan: Exclude<MutatePlan, { kind: "insert" }>,
  relation: Relation,
): Promise<string | undefined> {
  const { role, session } = inquiry;
  const samples = await session.attempt(() => takeSamples(session, sampleTable(relation, plan.where, SAMPLES)));
  if (!samples.ok) return undefined;
  const reads = plan.where.length > 0 || plan.returning.length > 0;
  const questions: readonly Question[] = reads ? [plan.kind, "select"] : [plan.kind];
  const gates = questions.map((question) => applicable(relation, role, question));
  // What was just written may have left the writer's view by it, and was not kept back.
  const written = plan.kind === "update" ? (bodyRows(inquiry.sent)?.[0] ?? {}) : {};
  const others = samples.value.filter(({ json }) => !holds(json, written));
  const assessed = await assess(inquiry, relation, role, gates, others);
  const hidden = assessed.filter(({ causes }) => causes.length > 0).length;
  const more = samples.value.length === SAMPLES ? " at least" : "";
  const effect = `Row security keeps${more} ${plural(hidden, "more row")} that match${hidden === 1 ? "es" : ""} from the ${plan.kind.toUpperCase()}`;
  return causeFinding(inquiry, relation, assessed, effect, { code: "policies.hidden-write" })?.finding.title;
}
