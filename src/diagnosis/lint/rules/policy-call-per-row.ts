import { listed, quoteName } from "../../words.ts";
import { policyName, policySource, tableName } from "../naming.ts";
import { perRowCalls, wrapCalls } from "../per-row.ts";
import type { LintFinding, LintRule } from "../types.ts";

/** `(select auth.uid())` is an init plan, run once for a statement; the bare call is run for each row that is looked at. */
export const policyCallPerRow: LintRule = {
  code: "policy-call-per-row",
  check: (catalog) =>
    catalog.policies.flatMap((policy): LintFinding[] => {
      const found = policy.clauses.map((clause) => ({ ...clause, calls: perRowCalls(clause.text) }));
      const names = [...new Set(found.flatMap(({ calls }) => calls.map(({ name }) => name)))];
      if (names.length === 0) return [];
      const clauses = found
        .filter(({ calls }) => calls.length > 0)
        .map(({ clause, text, calls }) => `${clause === "using" ? "using" : "with check"} (${wrapCalls(text, calls)})`);
      return [
        {
          code: "policy-call-per-row",
          severity: "warning",
          object: policyName(policy, catalog),
          message: `Calls ${listed(names.map((name) => `${name}()`))} for every row.`,
          reason: "The answer is the same for all rows of a request; as a sub-select it is asked once.",
          fix: {
            text: "Put the call into a sub-select.",
            sql: `alter policy ${quoteName(policy.name)} on ${tableName(policy.table, catalog)} ${clauses.join(" ")};`,
          },
          ...policySource(policy, catalog),
        },
      ];
    }),
};
