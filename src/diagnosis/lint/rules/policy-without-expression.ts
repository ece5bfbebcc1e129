import { policyName, policySource } from "../naming.ts";
import type { LintFinding, LintPolicy, LintRule } from "../types.ts";

/** CREATE POLICY takes a policy without the expression that its command asks for; Postgres reads that as "no row". */
export const policyWithoutExpression: LintRule = {
  code: "policy-without-expression",
  check: (catalog) =>
    catalog.policies.flatMap((policy): LintFinding[] => {
      const missing = missingClause(policy);
      if (missing === undefined || !policy.permissive) return [];
      return [
        {
          code: "policy-without-expression",
          severity: "error",
          object: policyName(policy, catalog),
          message: `Has no ${missing}, so it lets nobody ${consequence(policy)}.`,
          reason: "A permissive policy gives what its expression names; without one it gives nothing.",
          fix: {
            text: `Say which rows are meant: drop it and create it again with ${missing}${missing === "USING" && policy.command !== "SELECT" && policy.command !== "DELETE" ? ", which stands in for WITH CHECK where that is left out" : ""}.`,
          },
          ...policySource(policy, catalog),
        },
      ];
    }),
};

function missingClause({ command, using, check }: LintPolicy): "USING" | "WITH CHECK" | undefined {
  if (command === "INSERT") return check === null ? "WITH CHECK" : undefined;
  return using === null ? "USING" : undefined;
}

function consequence({ command, check }: LintPolicy): string {
  if (command !== "ALL") return `${command.toLowerCase()} a row`;
  return check === null ? "read or write a row" : "read, update or delete a row";
}
