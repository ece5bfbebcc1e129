/** A plain embed that is empty in every row of the answer because of what the request itself asks of it. */

import { parseJson } from "../../json/json.ts";
import { embedName } from "../../postgrest/plan/tree.ts";
import type { ReadPlan } from "../../postgrest/plan/types.ts";
import { isEmptyRange } from "../../postgrest/request/range.ts";
import type { Inquiry } from "../inquiry.ts";
import type { Finding } from "../types.ts";
import { listed } from "../words.ts";
import { unsecuredCount, viewOwners, visibleCount } from "./counts.ts";
import { filterText } from "./filters.ts";
import { detached } from "./hidden-child.ts";
import { countPlan, ownFilters, rowsText } from "./sql.ts";
import { shownRows } from "./visible-keys.ts";

/** For an answer that has rows. Nothing is wrong with it; it is easily read as if there were nothing to embed. */
export async function filteredEmbedFinding(inquiry: Inquiry, plan: ReadPlan): Promise<Finding | undefined> {
  for (const child of plan.children) {
    const found =
      child.relJoinType === "inner" || !isNarrowed(child) ? undefined : await emptiedBy(inquiry, plan, child);
    const deeper = found ?? (await filteredEmbedFinding(inquiry, detached(child)));
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

const isNarrowed = ({ where, range }: ReadPlan): boolean =>
  ownFilters(where).length > 0 || range.lower > 0n || isEmptyRange(range);

async function emptiedBy(inquiry: Inquiry, plan: ReadPlan, child: ReadPlan): Promise<Finding | undefined> {
  const having = (trees: ReadPlan["where"]): ReadPlan => ({
    ...plan,
    children: [{ ...child, where: trees, relJoinType: "inner", children: [] }],
  });
  const filters = ownFilters(child.where);
  const matching = await visibleCount(inquiry, countPlan(having(filters)));
  const skips = child.range.lower > 0n || isEmptyRange(child.range);
  if (matching > 0 && !(skips && isEmptyInBody(inquiry, child))) return undefined;
  const unfiltered = having([]);
  const visible = matching > 0 ? matching : await visibleCount(inquiry, countPlan(unfiltered));
  if (visible === 0 && filters.length === 0) return undefined;
  const existing = visible > 0 ? visible : await behindShownRows(inquiry, unfiltered);
  if (existing === 0) return undefined;
  const shown = { parent: inquiry.show(plan.from), child: inquiry.show(child.from) };
  const name = embedName(child);
  const filtered = matching === 0;
  const asked = filtered
    ? listed(filters.map((tree) => `${name}.${filterText(tree)}`))
    : isEmptyRange(child.range)
      ? `${name}.limit=0`
      : `${name}.offset=${child.range.lower}`;
  return {
    code: "ok.embed-filtered",
    layer: "rows",
    title: `Nothing was refused; the embed of ${shown.child} is empty because the request says so: ${asked} leaves none of its rows.`,
    because: [
      `${rowsText(existing)} of ${shown.parent} would have something there without ${asked}${
        visible > 0
          ? ""
          : `, but ${inquiry.role} would see none of it: row security hides those rows of ${shown.child}, too`
      }.`,
      "What is asked of a plain embed leaves out embedded rows, and keeps the rows they are embedded in.",
    ],
    fix: {
      text:
        visible === 0
          ? `Ask the same without ${asked}, and flux-dev why tells what hides them.`
          : filtered
            ? `Correct ${asked}, or write ${name}!inner(…) in select for rows with something in it alone.`
            : `Leave ${asked} out.`,
    },
  };
}

/** How many of the rows that came would have something in the embed if row security did not hold. */
async function behindShownRows(inquiry: Inquiry, plan: ReadPlan): Promise<number> {
  const rows = await shownRows(inquiry, plan);
  if (rows === undefined) return 0;
  const shown = { ...plan, where: [rows.filter] };
  return unsecuredCount(inquiry, countPlan(shown), await viewOwners(inquiry, shown));
}

/** What a page leaves of an embed differs from row to row, so the answer itself is asked. */
function isEmptyInBody({ trace }: Inquiry, child: ReadPlan): boolean {
  const rows = parseJson(trace.response.body.toString());
  const key = embedName(child);
  return (
    Array.isArray(rows) &&
    rows.every((row: Record<string, unknown>) => {
      const value = row[key];
      return value === null || (Array.isArray(value) && value.length === 0);
    })
  );
}
