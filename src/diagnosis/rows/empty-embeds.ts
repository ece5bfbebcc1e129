/** A plain embed that is empty in every row of the answer although its rows exist. */
import type { ReadPlan } from "../../postgrest/plan/types.ts";
import { relationsByName } from "../catalog/relations.ts";
import type { Inquiry } from "../inquiry.ts";
import type { Findings } from "../types.ts";
import { listed, plural } from "../words.ts";
import { unsecuredCount, viewOwners, visibleCount } from "./counts.ts";
import { filterText } from "./filters.ts";
import { detached, hiddenChild, mistakeItself } from "./hidden-child.ts";
import { countPlan, countText, ownFilters } from "./sql.ts";
import { shownRows } from "./visible-keys.ts";

/**
 * For an answer that has rows: embeds that are empty in all of them although their rows exist. `plan` is the request's
 * read; embeds that hold something somewhere are what row security is for.
 */
export async function emptyEmbedFinding(inquiry: Inquiry, plan: ReadPlan): Promise<Findings | undefined> {
  const plain = plan.children.filter(({ relJoinType }) => relJoinType !== "inner");
  if (plain.length === 0) return undefined;
  const rows = await shownRows(inquiry, plan);
  if (rows === undefined) return undefined;
  for (const child of plain) {
    const inner: ReadPlan = {
      ...plan,
      where: [rows.filter],
      children: [{ ...child, relJoinType: "inner", children: [] }],
    };
    if ((await visibleCount(inquiry, countPlan(inner))) > 0) {
      const deeper = await emptyEmbedFinding(inquiry, detached(child));
      if (deeper !== undefined) return deeper;
      continue;
    }
    const owners = await viewOwners(inquiry, inner);
    const existing = await unsecuredCount(inquiry, countPlan(inner), owners);
    const [childRelation] = await relationsByName(inquiry.session, [child.from], [inquiry.role]);
    if (existing === 0 || childRelation === undefined) continue;
    const embed = inquiry.show(childRelation);
    const filters = ownFilters(child.where).map(filterText);
    const effect = `The embed of ${embed} is empty, because its rows are hidden`;
    const hidden = await hiddenChild(inquiry, { parent: inner, child, relation: childRelation, effect });
    if (hidden === undefined) continue;
    return {
      finding: {
        ...hidden.finding,
        code: "rows.embed-hidden",
        because: [
          `${plural(rows.count, "row")} of ${inquiry.show(rows.relation)} came back; ${countText(existing)} of them ${existing === 1 ? "has" : "have"} rows in ${embed}${filters.length === 0 ? "" : ` with ${listed(filters)}`}, and ${inquiry.role} sees none of those.`,
          ...hidden.finding.because,
        ],
      },
      also: [...mistakeItself(hidden.finding), ...hidden.also],
    };
  }
  return undefined;
}
