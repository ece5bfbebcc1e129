import { listed } from "../../words.ts";
import { functionName, migrationRole, policyName, policySource, tableName } from "../naming.ts";
import type { LintCatalog, LintFinding, LintPolicy, LintRule } from "../types.ts";

/** A policy's functions and sub-selects run with the privileges of whoever makes the request. */
const REASON = "Whatever a policy calls or reads, it does as the role of the request.";

export const policyFunctionWithoutExecute: LintRule = {
  code: "policy-function-without-execute",
  check: (catalog) =>
    catalog.policies.flatMap((policy) =>
      policy.functions.flatMap((fn): LintFinding[] => {
        const lacking = askedRoles(policy, catalog).filter((role) => !fn.executableBy.includes(role));
        if (lacking.length === 0) return [];
        const to = lacking.map((role) => migrationRole(role, catalog));
        return [
          {
            code: "policy-function-without-execute",
            severity: "error",
            object: policyName(policy, catalog),
            message: `Calls ${functionName(fn, catalog)}, which ${listed(to)} may not execute: every request to the table is 42501.`,
            reason: REASON,
            fix: {
              text: "Grant EXECUTE.",
              sql: `grant execute on function ${fn.signature} to ${to.join(", ")};`,
            },
            ...policySource(policy, catalog),
          },
        ];
      }),
    ),
};

export const policyTableWithoutSelect: LintRule = {
  code: "policy-table-without-select",
  check: (catalog) =>
    catalog.policies.flatMap((policy) =>
      catalog.relations
        .filter(({ name, schema }) => policy.tables.includes(name) || policy.tables.includes(`${schema}.${name}`))
        .flatMap((table): LintFinding[] => {
          const lacking = askedRoles(policy, catalog).filter((role) => !table.privileges[role]?.includes("SELECT"));
          if (lacking.length === 0) return [];
          const to = lacking.map((role) => migrationRole(role, catalog));
          const shown = tableName(table, catalog);
          return [
            {
              code: "policy-table-without-select",
              severity: "error",
              object: policyName(policy, catalog),
              message: `Reads ${shown}, which ${listed(to)} may not SELECT: every request that meets the policy is 42501.`,
              reason: REASON,
              fix: { text: "Grant SELECT.", sql: `grant select on ${shown} to ${to.join(", ")};` },
              ...policySource(policy, catalog),
            },
          ];
        }),
    ),
};

/** Roles that the policy is for and that may use its table at all. */
const askedRoles = (policy: LintPolicy, { roles }: LintCatalog): string[] =>
  roles.filter((role) => policy.appliesTo.includes(role) && (policy.table.privileges[role] ?? []).length > 0);
