import { idleComparisons } from "../idle-comparisons.ts";
import { policyName, policySource } from "../naming.ts";
import type { LintFinding, LintRule } from "../types.ts";

/**
 * In a sub-select a name without its table is a column of the sub-select's own tables first: `m.org_id = org_id` never
 * looks at the row that the policy is asked about.
 */
export const policyIdleComparison: LintRule = {
  code: "policy-idle-comparison",
  check: (catalog) =>
    catalog.policies.flatMap((policy): LintFinding[] => {
      const [idle] = policy.clauses.flatMap(({ predicate }) => idleComparisons(predicate.text));
      if (idle === undefined) return [];
      const itself = idle.with === "itself";
      return [
        {
          code: "policy-idle-comparison",
          severity: "error",
          object: policyName(policy, catalog),
          message: itself
            ? `Compares ${idle.column} with itself, which is true for every row that has one.`
            : `Compares ${idle.column} with NULL, which is NULL for every row.`,
          reason: itself
            ? "A name without its table means a column of the nearest FROM; the policy's own row is hidden behind it."
            : "Nothing equals NULL, not even NULL, and a policy lets no row pass whose expression is NULL.",
          fix: {
            text: itself
              ? `Write the table before the column that is meant, as in ${policy.table.name}.${idle.column.split(".").at(-1)}.`
              : "Ask IS NULL, or IS NOT NULL.",
          },
          ...policySource(policy, catalog),
        },
      ];
    }),
};
