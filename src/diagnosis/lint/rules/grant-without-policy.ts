import type { Policy } from "../../catalog/types.ts";
import { listed } from "../../words.ts";
import { migrationRole, tableName, tableSource } from "../naming.ts";
import type { LintFinding, LintRelation, LintRule, Privilege } from "../types.ts";

/**
 * On v2 a privilege beyond SELECT was granted by somebody who meant it. On v1 every table comes with all privileges for every
 * role, so one without a policy says nothing, except where the policies speak of rows that nobody can see.
 */
export const grantWithoutPolicy: LintRule = {
  code: "grant-without-policy",
  check: (catalog) =>
    catalog.relations.flatMap((table): LintFinding[] => {
      if (!table.exposed || !table.rowSecurity || table.policies.length === 0) return [];
      const role = catalog.names.userRole;
      const permissive = table.policies.filter((policy) => policy.permissive);
      // Policies that are for nobody, or only restrictive ones, are mistakes of their own.
      if (!permissive.some((policy) => policy.appliesTo.includes(role))) return [];
      const closed = (table.privileges[role] ?? []).filter(
        (privilege) => !isNamed(permissive, privilege) && (catalog.mode === "v2" || isMissed(table, privilege, role)),
      );
      if (closed.length === 0) return [];
      const shown = tableName(table, catalog);
      const to = migrationRole(role, catalog);
      const [first = "SELECT"] = closed;
      const clause = first === "INSERT" ? "with check" : "using";
      return [
        {
          code: "grant-without-policy",
          // A table to drop things into has SELECT on v2 because every table has.
          severity: closed.every((one) => one === "SELECT" && !isMissed(table, one, role)) ? "warning" : "error",
          object: `table ${shown}`,
          message: `${to} holds ${listed(closed)}, but no policy is for ${closed.length === 1 ? "it" : "them"}: ${consequence(first, closed.length === 1 && isMissed(table, first, role))}.`,
          reason: "Row security lets a command touch only the rows that a policy for that command names.",
          fix: {
            text: `Add a policy for ${listed(closed)}, or revoke the privilege.`,
            sql: `create policy ${table.name}_${first.toLowerCase()} on ${shown} for ${first.toLowerCase()} to ${to} ${clause} (…);`,
          },
          ...tableSource(table, catalog),
        },
      ];
    }),
};

const isNamed = (policies: readonly Policy[], privilege: Privilege): boolean =>
  policies.some(({ command }) => command === "ALL" || command === privilege);

/**
 * Rows that a policy lets one change or delete must be seen for that; and a restrictive policy takes away from what no
 * policy gives.
 */
const isMissed = ({ policies }: LintRelation, privilege: Privilege, role: string): boolean =>
  policies.some(
    ({ permissive, command, appliesTo }) =>
      appliesTo.includes(role) &&
      ((privilege === "SELECT" && permissive && (command === "UPDATE" || command === "DELETE")) ||
        (!permissive && command === privilege)),
  );

function consequence(privilege: Privilege, missed: boolean): string {
  if (privilege === "INSERT") return "every insert is 42501";
  if (privilege !== "SELECT") return "nothing is changed, without an error";
  return missed
    ? "reads give [], return=representation fails, and what nobody sees nobody changes by a filter"
    : "reads give [], and return=representation fails";
}
