/** There are no rows: none in the table, or none that a view takes from tables that have some. */
import { basesOf } from "../catalog/relations.ts";
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import type { Finding } from "../types.ts";
import { listed } from "../words.ts";
import { unsecuredCount } from "./counts.ts";
import { countTable, rowsText } from "./sql.ts";
import { unfilledFinding } from "./views.ts";

/** Nobody sees a row of `relation`, also without row security. */
export async function noneFinding(inquiry: Inquiry, relation: Relation): Promise<Finding> {
  const { kind, owner } = relation;
  const table = inquiry.show(relation);
  const stored = kind === "materialized view";
  const unfilled = stored ? await unfilledFinding(inquiry, relation) : undefined;
  if (unfilled !== undefined) return unfilled;
  const read = stored || kind === "view" ? await filledBases(inquiry, relation) : [];
  if (kind === "view" && read.length > 0) return viewLeavesOut(table, read);
  const now = read.length === 0 ? "" : ` By now there are rows in ${listed(read)}.`;
  return {
    code: "rows.none",
    layer: "rows",
    title: `The ${kind} ${table} has no rows.`,
    because: [
      FOR_NOBODY,
      ...(stored ? [`It holds what its owner ${owner} saw when it was last refreshed.${now}`] : []),
    ],
    fix: stored
      ? { text: "Refresh it.", sql: `REFRESH MATERIALIZED VIEW ${table};` }
      : { text: "Insert rows, or run the seed again." },
  };
}

const FOR_NOBODY = "There are none for any role, with or without row security.";

/** Tables behind a view that do have rows, each with its number. */
async function filledBases(inquiry: Inquiry, view: Relation): Promise<string[]> {
  const filled: string[] = [];
  for (const { relation } of await basesOf(inquiry.session, view, inquiry.role)) {
    const rows = await unsecuredCount(inquiry, countTable(relation));
    if (rows > 0) filled.push(`${inquiry.show(relation)} (${rowsText(rows)})`);
  }
  return filled;
}

const viewLeavesOut = (view: string, read: readonly string[]): Finding => ({
  code: "rows.none",
  layer: "rows",
  title: `The view ${view} has no rows: its own query leaves none of ${listed(read)}.`,
  because: [FOR_NOBODY],
  fix: { text: "Look at the view's joins and conditions." },
});
