/** Why a read gave no rows: the table, the request's own filter, a policy, an inner embed, or the page asked for. */
import type { ReadPlan } from "../../postgrest/plan/types.ts";
import { isEmptyRange } from "../../postgrest/request/range.ts";
import { relationsByName } from "../catalog/relations.ts";
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import { hiddenFinding } from "../policies/hidden.ts";
import type { Finding, Findings } from "../types.ts";
import { unsecuredCount, viewOwners, visibleCount } from "./counts.ts";
import { filterFinding } from "./filters.ts";
import { childFinding } from "./inner-embeds.ts";
import { noneFinding } from "./none.ts";
import { allRows, countPlan, countTable, countText, ownFilters, rowsText } from "./sql.ts";
import { viewFinding } from "./views.ts";

const alone = (finding: Finding, also: readonly Finding[] = []): Findings => ({ finding, also });

/** `plan` is the read of a request that gave no row. Undefined when rows are there now. */
export async function emptyFinding(inquiry: Inquiry, plan: ReadPlan): Promise<Findings | undefined> {
  const [relation] = await relationsByName(inquiry.session, [plan.from], [inquiry.role]);
  if (relation === undefined) return undefined;
  if (!answerSaysIt(inquiry, plan, relation)) {
    const visible = await visibleCount(inquiry, countPlan(plan));
    if (visible > 0) return pageFinding(inquiry, plan, relation, visible);
  }
  const owners = await viewOwners(inquiry, plan);
  const existing = await unsecuredCount(inquiry, countPlan(plan), owners);
  if (existing > 0) return hiddenByPolicy(inquiry, plan, relation, existing);
  return notThere(inquiry, plan, relation, owners);
}

/**
 * Whether the empty answer says by itself that the role sees no matching row. Counting again would put every policy to every
 * row, which is most of what an explanation costs.
 */
const answerSaysIt = ({ role }: Inquiry, { range, children }: ReadPlan, relation: Relation): boolean =>
  children.length === 0 && range.lower === 0n && !isEmptyRange(range) && relation.securedFor.includes(role);

function pageFinding(inquiry: Inquiry, { range }: ReadPlan, relation: Relation, visible: number): Findings | undefined {
  const table = inquiry.show(relation);
  const rows = rowsText(visible);
  if (isEmptyRange(range)) {
    return alone({
      code: "rows.limit-zero",
      layer: "rows",
      title: `The request asks for no rows (limit=0); ${rows} of ${table} would match.`,
      because: [`${inquiry.role} sees ${rows} under the request's filters.`],
      fix: { text: "Leave limit out, or ask for at least one row." },
    });
  }
  if (range.lower === 0n) return undefined;
  return alone({
    code: "rows.offset",
    layer: "rows",
    title: `The page begins at row ${range.lower + 1n}, and only ${rows} of ${table} are visible.`,
    because: [`${inquiry.role} sees ${rows} under the request's filters; the request skips ${range.lower}.`],
    fix: { text: `Ask for an offset below ${countText(visible)}.` },
  });
}

/** Rows exist and match: either those of the table itself are hidden, or those of a table it is joined with. */
async function hiddenByPolicy(
  inquiry: Inquiry,
  plan: ReadPlan,
  relation: Relation,
  existing: number,
): Promise<Findings | undefined> {
  const own = plan.children.length === 0 ? 0 : await visibleCount(inquiry, countTable(plan.from, plan.where));
  if (own > 0) return childFinding(inquiry, plan, relation, own);
  const effect = `Row security hides ${allRows(existing)} of ${inquiry.show(relation)} that match${existing === 1 ? "es" : ""}`;
  if (relation.kind === "view") return viewFinding(inquiry, plan, relation, effect);
  const found = await hiddenFinding(inquiry, {
    relation,
    role: inquiry.role,
    questions: ["select"],
    filters: plan.where,
    effect,
  });
  if (found.finding.code !== "policies.unexplained") return found;
  // Nothing hides the rows now: they may have come, or been let through, since the answer.
  return (await visibleCount(inquiry, countPlan(plan))) > 0 ? undefined : found;
}

/** Not even without row security does a row match. */
async function notThere(
  inquiry: Inquiry,
  plan: ReadPlan,
  relation: Relation,
  owners: readonly string[],
): Promise<Findings | undefined> {
  const bare: ReadPlan = { ...plan, where: [], children: [] };
  const total = await unsecuredCount(inquiry, countPlan(bare), owners);
  const table = inquiry.show(relation);
  if (total === 0) return alone(await noneFinding(inquiry, relation));
  const matching = await unsecuredCount(
    inquiry,
    countPlan({ ...plan, where: ownFilters(plan.where), children: [] }),
    owners,
  );
  if (matching > 0) return withoutChildren(inquiry, plan, relation, matching);
  const finding = await filterFinding(inquiry, plan, relation, total);
  const visible = await visibleCount(inquiry, countTable(plan.from));
  if (visible > 0 || relation.kind === "view") return alone(finding);
  const behind = await hiddenFinding(inquiry, {
    relation,
    role: inquiry.role,
    questions: ["select"],
    filters: [],
    effect: `Without the filter, row security would hide ${allRows(total)} of ${table} as well`,
  });
  return alone(finding, [behind.finding, ...behind.also]);
}

/** No child for any role; and perhaps the rows themselves are hidden as well. */
async function withoutChildren(
  inquiry: Inquiry,
  plan: ReadPlan,
  relation: Relation,
  matching: number,
): Promise<Findings | undefined> {
  const child = await childFinding(inquiry, plan, relation, matching);
  const visible = await visibleCount(inquiry, countTable(plan.from, plan.where));
  if (child === undefined || visible > 0 || relation.kind === "view") return child;
  const behind = await hiddenFinding(inquiry, {
    relation,
    role: inquiry.role,
    questions: ["select"],
    filters: plan.where,
    effect: `Row security hides the ${matching === 1 ? "row" : "rows"} of ${inquiry.show(relation)} as well`,
  });
  return alone(child.finding, [...child.also, behind.finding, ...behind.also]);
}
