import { type Leaf, leavesOf } from "../../predicates.ts";
import { quoteName } from "../../words.ts";
import { policyName, policySource, tableName } from "../naming.ts";
import type { LintFinding, LintPolicy, LintRule } from "../types.ts";

/** Every request filters by what its policies compare; without an index each of them reads the whole table. */
export const policyUnindexedColumn: LintRule = {
  code: "policy-unindexed-column",
  check: (catalog) => {
    const told = new Set<string>();
    return catalog.policies.flatMap((policy) =>
      unindexed(policy).flatMap((column): LintFinding[] => {
        const shown = tableName(policy.table, catalog);
        // One index serves all policies of the table.
        if (told.has(`${shown}.${column}`)) return [];
        told.add(`${shown}.${column}`);
        return [
          {
            code: "policy-unindexed-column",
            severity: "warning",
            object: policyName(policy, catalog),
            message: `Compares ${quoteName(column)}, on which there is no index: each request reads all of ${shown}.`,
            reason: "A policy is a filter on every query, and a filter without an index is a sequential scan.",
            fix: { text: "Add an index.", sql: `create index on ${shown} (${quoteName(column)});` },
            ...policySource(policy, catalog),
          },
        ];
      }),
    );
  },
};

function unindexed({ clauses, table, permissive }: LintPolicy): string[] {
  if (!permissive || table.kind === "view") return [];
  const columns = clauses
    .filter(({ clause }) => clause === "using")
    .flatMap(({ predicate }) => leavesOf(predicate))
    .flatMap(({ leaf }) => (leaf === null ? [] : comparedColumns(leaf)));
  const own = new Set(table.columns.map(({ name }) => name));
  return [...new Set(columns)].filter((column) => own.has(column) && !table.indexed.includes(column));
}

/** A bare column that equals something which does not depend on the row. */
function comparedColumns(leaf: Leaf): string[] {
  const column = (side: { text: string; facts: { columns: readonly string[] } }) =>
    side.facts.columns.length === 1 && side.text === quoteName(side.facts.columns[0]!) ? side.facts.columns : [];
  switch (leaf.kind) {
    case "comparison": {
      const { operator, left, right } = leaf;
      if (operator !== "=" || left.constant || right.constant) return [];
      if (right.facts.columns.length === 0) return [...column(left)];
      return left.facts.columns.length === 0 ? [...column(right)] : [];
    }
    case "array":
      return leaf.operator === "= ANY" && !leaf.array.constant ? [...column(leaf.left)] : [];
    case "in-select":
      return [...column(leaf.left)];
    default:
      return [];
  }
}
