import { listed, quoteName } from "../../words.ts";
import { policyName, policySource } from "../naming.ts";
import type { LintFinding, LintPolicy, LintRule } from "../types.ts";

const isTrue = ({ clauses }: LintPolicy): boolean =>
  clauses.length > 0 && clauses.every(({ predicate }) => predicate.text.toLowerCase() === "true");

const meets = (a: LintPolicy, b: LintPolicy): boolean =>
  a.table === b.table &&
  (a.command === "ALL" || b.command === "ALL" || a.command === b.command) &&
  a.appliesTo.some((role) => b.appliesTo.includes(role));

/** Permissive policies are joined by OR, so one that is always true makes the others say nothing. */
export const policyOpensAll: LintRule = {
  code: "policy-opens-all",
  check: (catalog) =>
    catalog.policies.flatMap((policy): LintFinding[] => {
      if (!policy.permissive || !isTrue(policy)) return [];
      const idle = catalog.policies.filter((other) => other.permissive && !isTrue(other) && meets(policy, other));
      if (idle.length === 0) return [];
      return [
        {
          code: "policy-opens-all",
          severity: "error",
          object: policyName(policy, catalog),
          message: `Is true for every row, so ${listed(idle.map(({ name }) => quoteName(name)))} on the same table ${idle.length === 1 ? "decides" : "decide"} nothing.`,
          reason: "Permissive policies are joined by OR: a row needs one of them, not all.",
          fix: { text: "Drop the wide policy, or create it AS RESTRICTIVE with the condition it is meant to add." },
          ...policySource(policy, catalog),
        },
      ];
    }),
};

/** Everybody reading is common; everybody writing everything hardly ever is meant. */
export const policyWriteAlwaysTrue: LintRule = {
  code: "policy-write-always-true",
  check: (catalog) =>
    catalog.policies.flatMap((policy): LintFinding[] => {
      if (!policy.permissive || policy.command === "SELECT" || !isTrue(policy) || policy.appliesTo.length === 0)
        return [];
      const what = policy.command === "ALL" ? "read and write" : policy.command.toLowerCase();
      return [
        {
          code: "policy-write-always-true",
          severity: "warning",
          object: policyName(policy, catalog),
          message: `Lets everybody it is for ${what} every row of the table.`,
          reason: "An expression that is always true asks nothing about the user or the row.",
          fix: { text: "Compare a column with auth.uid(), or silence this finding where it is meant." },
          ...policySource(policy, catalog),
        },
      ];
    }),
};
