/** An inner embed that removes the rows it is embedded in: without a child, or with children that are hidden. */
import type { CoercibleLogicTree, ReadPlan } from "../../postgrest/plan/types.ts";
import { relationsByName } from "../catalog/relations.ts";
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import { hiddenFinding } from "../policies/hidden.ts";
import type { Finding, Findings } from "../types.ts";
import { unsecuredCount, viewOwners, visibleCount } from "./counts.ts";
import { detached, hiddenChild, mistakeItself } from "./hidden-child.ts";
import { countPlan, countText, ownFilters, rowsText } from "./sql.ts";
import { visibleOnly } from "./visible-keys.ts";

/** `plan` sees `visible` rows of its own table, and none once it is joined. Undefined when no embed is to blame. */
export async function childFinding(
  inquiry: Inquiry,
  plan: ReadPlan,
  relation: Relation,
  visible: number,
): Promise<Findings | undefined> {
  const table = inquiry.show(relation);
  for (const child of plan.children) {
    const joined = only(plan, child);
    if (joined === undefined || (await visibleCount(inquiry, countPlan(joined))) > 0) continue;
    const [childRelation] = await relationsByName(inquiry.session, [child.from], [inquiry.role]);
    if (childRelation === undefined) continue;
    const embed = inquiry.show(childRelation);
    const owners = await viewOwners(inquiry, joined);
    const all = await unsecuredCount(inquiry, countPlan(joined), owners);
    const seen = all === 0 ? undefined : await visibleOnly(inquiry, plan, relation);
    const existing =
      seen === undefined
        ? all
        : await unsecuredCount(inquiry, countPlan({ ...joined, where: [...joined.where, seen] }), owners);
    const filtered = child.where.length > 0 ? " that matches the embed's filter" : "";
    if (existing === 0 && seen !== undefined) {
      const hidden = { ...plan, where: [...ownFilters(plan.where), { ...seen, negated: true }] };
      return parentsHidden(inquiry, hidden, child, relation, childRelation, filtered);
    }
    const rows = `${rowsText(visible)} of ${table} ${visible === 1 ? "matches" : "match"}`;
    if (existing === 0) {
      return {
        also: [],
        finding: {
          code: "rows.inner-embed",
          layer: "rows",
          title: `The inner embed of ${embed} removes every row: none has a row in ${embed}${filtered}.`,
          because: [`${rows} without the embed.`, "Row security has no part in this: there is none for any role."],
          fix: { text: `Leave !inner out to keep rows without ${embed}.` },
        },
      };
    }
    const deeper = await insideFinding(inquiry, child, childRelation);
    if (deeper !== undefined) return deeper;
    const effect = `The inner embed of ${embed} removes every row, because its rows are hidden`;
    const hidden = await hiddenChild(inquiry, { parent: plan, child, relation: childRelation, effect });
    if (hidden === undefined) continue;
    const finding: Finding = {
      ...hidden.finding,
      code: "rows.inner-embed-hidden",
      because: [
        existing > visible
          ? `${inquiry.role} sees ${rowsText(visible)} of ${table} without the embed, and none of the rows in ${embed} that belong to them.`
          : `${rows} without the embed; ${countText(existing)} of them ${existing === 1 ? "has" : "have"} rows in ${embed}, and ${inquiry.role} sees none of those.`,
        ...hidden.finding.because,
      ],
    };
    return { finding, also: [...mistakeItself(hidden.finding), ...hidden.also] };
  }
  return undefined;
}

/** The rows that have what is embedded are not among those that the role sees; perhaps it would not see the embed either. */
async function parentsHidden(
  inquiry: Inquiry,
  plan: ReadPlan,
  child: ReadPlan,
  relation: Relation,
  embedded: Relation,
  filtered: string,
): Promise<Findings> {
  const { role } = inquiry;
  const embed = inquiry.show(embedded);
  const effect = `Row security hides the rows of ${inquiry.show(relation)} that have one in ${embed}${filtered}`;
  const filters = ownFilters(plan.where);
  const found = await hiddenFinding(inquiry, { relation, role, questions: ["select"], filters, effect });
  if (!embedded.securedFor.includes(role)) return found;
  const behind = await hiddenChild(inquiry, {
    parent: plan,
    child,
    relation: embedded,
    effect: `Row security hides the rows of ${embed} as well`,
  });
  if (behind === undefined || behind.finding.code === "policies.unexplained") return found;
  return { finding: found.finding, also: [...found.also, behind.finding, ...behind.also] };
}

/** The embed has rows by itself, and loses them to an inner embed of its own. */
async function insideFinding(inquiry: Inquiry, child: ReadPlan, relation: Relation): Promise<Findings | undefined> {
  if (!child.children.some(({ relJoinType }) => relJoinType === "inner")) return undefined;
  const seen = await visibleCount(inquiry, countPlan({ ...detached(child), children: [] }));
  return seen === 0 ? undefined : childFinding(inquiry, detached(child), relation, seen);
}

/** The plan with this one embed, if it can remove rows; the others are left out. */
function only(plan: ReadPlan, child: ReadPlan): ReadPlan | undefined {
  const inner = child.relJoinType === "inner";
  const own = ownFilters(plan.where);
  const about = plan.where.filter((tree) => !own.includes(tree) && mentions(tree, child.relAggAlias));
  if (!inner && about.length === 0) return undefined;
  return { ...plan, where: [...own, ...about], children: [child] };
}

const mentions = (tree: CoercibleLogicTree, alias: string): boolean =>
  tree.kind === "expr"
    ? tree.children.some((inner) => mentions(inner, alias))
    : tree.kind === "null-embed" && tree.embed === alias;
