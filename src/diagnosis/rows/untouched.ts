/** An UPDATE or DELETE that succeeded and changed nothing. */
import type { MutatePlan } from "../../postgrest/plan/types.ts";
import { relationsByName } from "../catalog/relations.ts";
import type { Inquiry } from "../inquiry.ts";
import type { Question } from "../policies/applicable.ts";
import { hiddenFinding } from "../policies/hidden.ts";
import type { Findings } from "../types.ts";
import { unsecuredCount, visibleCount } from "./counts.ts";
import { filterFinding } from "./filters.ts";
import { leftOutFinding } from "./left-out.ts";
import { noneFinding } from "./none.ts";
import { allRows, countTable, countText } from "./sql.ts";
import { viewFinding } from "./views.ts";

export async function untouchedFinding(inquiry: Inquiry, plan: MutatePlan): Promise<Findings | undefined> {
  if (plan.kind === "insert") return undefined;
  const [relation] = await relationsByName(inquiry.session, [plan.target], [inquiry.role]);
  if (relation === undefined) return undefined;
  const table = inquiry.show(relation);
  if (plan.kind === "update" && plan.columns.length === 0) return nothingToSet(table);
  const owners = relation.kind === "view" && relation.owner !== "postgres" ? [relation.owner] : [];
  const existing = await unsecuredCount(inquiry, countTable(plan.target, plan.where), owners);
  const command = plan.kind === "update" ? "UPDATE" : "DELETE";
  if (existing === 0) {
    const total = await unsecuredCount(inquiry, countTable(plan.target), owners);
    if (total > 0) {
      const finding = await filterFinding(inquiry, { from: plan.target, where: plan.where }, relation, total);
      return { finding, also: [] };
    }
    return { finding: await noneFinding(inquiry, relation), also: [] };
  }
  const rows = allRows(existing);
  const seen = await visibleCount(inquiry, countTable(plan.target, plan.where));
  const visible =
    seen > 0 ? ` (the role sees ${seen === existing ? (existing === 1 ? "it" : "them") : countText(seen)})` : "";
  const effect = `Row security keeps ${rows} of ${table} that match${existing === 1 ? "es" : ""} from the ${command}${visible}`;
  const leftOut = seen > 0 ? await leftOutFinding(inquiry, relation, plan.kind) : undefined;
  if (leftOut !== undefined) return { finding: leftOut, also: [] };
  if (relation.kind === "view") return viewFinding(inquiry, { from: plan.target, where: plan.where }, relation, effect);
  // A filter reads, so the SELECT policies are asked as well; without one only the command's own are.
  const reads = plan.where.length > 0 || plan.returning.length > 0;
  const own: Question = plan.kind;
  return hiddenFinding(inquiry, {
    relation,
    role: inquiry.role,
    questions: reads ? [own, "select"] : [own],
    filters: plan.where,
    effect,
  });
}

const nothingToSet = (table: string): Findings => ({
  finding: {
    code: "rows.filtered",
    layer: "rows",
    title: `The body names no column of ${table}, so there was nothing to update.`,
    because: ["PostgREST answers such a PATCH without touching a row."],
    fix: { text: "Send the columns to change as a JSON object." },
  },
  also: [],
});
