import { listed, quoteName } from "../../words.ts";
import { wouldClose } from "../circles.ts";
import { policyName, policySource, tableName } from "../naming.ts";
import { asksNothing } from "../opens.ts";
import { perRowCalls, wrapCalls } from "../per-row.ts";
import type { LintFinding, LintRule } from "../types.ts";

/**
 * `(select auth.uid())` is an init plan, run once for a statement; the bare call is run for each row that is looked at. WITH
 * CHECK is left alone: it is asked of the rows written, and those are few.
 */
export const policyCallPerRow: LintRule = {
  code: "policy-call-per-row",
  check: (catalog) =>
    catalog.policies.flatMap((policy): LintFinding[] => {
      const using = policy.clauses.find(({ clause }) => clause === "using")?.predicate.text ?? "";
      const calls = perRowCalls(using);
      // The first sub-select in the policies of a table may be the one that closes a circle: better slow than refused.
      if (calls.length === 0 || asksNothing(using) || wouldClose(policy.table, catalog)) return [];
      const names = [...new Set(calls.map(({ name }) => `${name}()`))];
      return [
        {
          code: "policy-call-per-row",
          severity: "warning",
          object: policyName(policy, catalog),
          message: `Calls ${listed(names)} for every row.`,
          reason: "The answer is the same for all rows of a request; as a sub-select it is asked once.",
          fix: {
            text: "Put the call into a sub-select.",
            sql: `alter policy ${quoteName(policy.name)} on ${tableName(policy.table, catalog)} using (${wrapCalls(using, calls)});`,
          },
          ...policySource(policy, catalog),
        },
      ];
    }),
};
