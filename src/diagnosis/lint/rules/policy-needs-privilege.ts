import { listed, quoteName } from "../../words.ts";
import { functionName, migrationRole, policyName, policySource, tableName } from "../naming.ts";
import type { LintCatalog, LintFinding, LintFunction, LintPolicy, LintRelation, LintRule } from "../types.ts";

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
      catalog.relations.flatMap((table): LintFinding[] => {
        const roles = askedRoles(policy, catalog);
        const lacking = roles.filter((role) => isRead(table, policy) && !holdsSelect(role, table, policy));
        const caller = lacking.length > 0 ? undefined : readBy(policy, table);
        const lackingInBody = caller === undefined ? [] : roles.filter((role) => !mayRead(role, table));
        if (lacking.length + lackingInBody.length === 0) return [];
        const to = [...lacking, ...lackingInBody].map((role) => migrationRole(role, catalog));
        const shown = tableName(table, catalog);
        const columns = lacking.every((role) => mayRead(role, table)) ? missingColumns(lacking, table, policy) : [];
        const named = columns.length === 0 ? shown : `${listed(columns.map(quoteName))} of ${shown}`;
        return [
          {
            code: "policy-table-without-select",
            severity: "error",
            object: policyName(policy, catalog),
            message: `${caller === undefined ? "Reads" : `Calls ${functionName(caller, catalog)}, which reads`} ${named}, which ${listed(to)} may not SELECT: every request that meets the policy is 42501.`,
            reason: REASON,
            fix: {
              text: "Grant SELECT.",
              sql: `grant select${columns.length === 0 ? "" : ` (${columns.map(quoteName).join(", ")})`} on ${shown} to ${to.join(", ")};`,
            },
            ...policySource(policy, catalog),
          },
        ];
      }),
    ),
};

const isRead = ({ name, schema }: LintRelation, { tables }: Pick<LintPolicy | LintFunction, "tables">): boolean =>
  tables.includes(name) || tables.includes(`${schema}.${name}`);

/** A function that reads it as whoever calls it. */
const readBy = ({ functions }: LintPolicy, table: LintRelation): LintFunction | undefined =>
  functions.find((fn) => !fn.definer && isRead(table, fn));

const mayRead = (role: string, { privileges }: LintRelation): boolean => privileges[role]?.includes("SELECT") ?? false;

const holdsSelect = (role: string, table: LintRelation, policy: LintPolicy): boolean =>
  mayRead(role, table) && missingColumns([role], table, policy).length === 0;

function missingColumns(roles: readonly string[], table: LintRelation, { columnsRead }: LintPolicy): string[] {
  const read = columnsRead.find((one) => one.table === table.oid)?.columns ?? [];
  return read.filter((column) => roles.some((role) => !table.readable[role]?.includes(column)));
}

/** Roles that the policy is for and that may use its table at all. */
const askedRoles = (policy: LintPolicy, { roles }: LintCatalog): string[] =>
  roles.filter((role) => policy.appliesTo.includes(role) && (policy.table.privileges[role] ?? []).length > 0);
