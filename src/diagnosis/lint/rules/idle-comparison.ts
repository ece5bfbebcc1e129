import { parseExpression, parseStatements } from "../../predicates/parser.ts";
import { type IdleComparison, idleComparisons } from "../idle-comparisons.ts";
import { functionName, functionSource, policyName, policySource } from "../naming.ts";
import type { LintFinding, LintRule } from "../types.ts";

/**
 * In a sub-select a name without its table is a column of the sub-select's own tables first: `m.org_id = org_id` never
 * looks at the row that the policy is asked about.
 */
export const policyIdleComparison: LintRule = {
  code: "policy-idle-comparison",
  check: (catalog) =>
    catalog.policies.flatMap((policy): LintFinding[] => {
      const [idle] = policy.clauses.flatMap(({ predicate }) => idleComparisons(parseExpression(predicate.text)));
      if (idle === undefined) return [];
      return [
        {
          code: "policy-idle-comparison",
          severity: "error",
          object: policyName(policy, catalog),
          message: messageOf(idle),
          ...(idle.with === "null"
            ? OF_NULL
            : {
                reason:
                  "A name without its table means a column of the nearest FROM; the policy's own row is hidden behind it.",
                fix: {
                  text: `Write the table before the column that is meant, as in ${policy.table.name}.${lastName(idle)}.`,
                },
              }),
          ...policySource(policy, catalog),
        },
      ];
    }),
};

/** The same of an argument that is called like a column: `where m.org_id = org_id`. PL/pgSQL refuses to guess (42702). */
export const functionIdleComparison: LintRule = {
  code: "function-idle-comparison",
  check: (catalog) =>
    catalog.functions.flatMap((fn): LintFinding[] => {
      const [idle] = fn.language === "sql" ? idleComparisons(parseStatements(fn.body)) : [];
      if (idle === undefined) return [];
      return [
        {
          code: "function-idle-comparison",
          severity: "error",
          object: `function ${functionName(fn, catalog)}`,
          message: messageOf(idle),
          ...(idle.with === "null"
            ? OF_NULL
            : {
                reason: "A name without its table means a column of the nearest FROM before it means an argument.",
                fix: {
                  text: `Write the function before the argument that is meant, as in ${fn.name}.${lastName(idle)}, or give it another name.`,
                },
              }),
          ...functionSource(fn, catalog),
        },
      ];
    }),
};

const messageOf = (idle: IdleComparison): string =>
  idle.with === "itself"
    ? `Compares ${idle.column} with itself, which says the same of every row.`
    : `Compares ${idle.column} with NULL, which is NULL for every row.`;

const OF_NULL = {
  reason: "Nothing equals NULL, not even NULL, and what is NULL lets no row pass.",
  fix: { text: "Ask IS NULL, or IS NOT NULL." },
};

const lastName = ({ column }: IdleComparison): string => column.split(".").at(-1)!;
