/** Counting the rows a read plan would give without its range. */
import { foldUp } from "../plan/tree.ts";
import type { ReadPlan } from "../plan/types.ts";
import { joinCondition, logicTree, where } from "./fragments/filter.ts";
import { from, relationName } from "./read.ts";
import { empty, type Snippet, sql, words } from "./snippet.ts";

/**
 * One row per row of the root. Embeds only matter where they hide rows of the root (`!inner`, null filters), and then
 * their existence is enough. `SELECT 1`, so that nothing costly about the columns runs.
 */
export const countQuery = (root: ReadPlan): Snippet => foldUp(root, existenceQuery);

/** @param embeds the queries of the plan's children, in their order */
function existenceQuery(plan: ReadPlan, embeds: readonly Snippet[]): Snippet {
  const exists = (child: ReadPlan): Snippet => sql`EXISTS (${embeds[plan.children.indexOf(child)]!} )`;
  const table = relationName(plan);
  const conditions = [
    ...plan.where.map((tree) =>
      logicTree(table, tree, ({ negated, embed }) => {
        const child = plan.children.find((other) => other.relAggAlias === embed);
        if (child === undefined) return empty;
        return negated ? exists(child) : sql`NOT ${exists(child)}`;
      }),
    ),
    ...plan.joinConditions.map(joinCondition),
    ...plan.children.filter((child) => child.relJoinType === "inner").map(exists),
  ];
  return words("SELECT 1", from(plan), where(conditions));
}
