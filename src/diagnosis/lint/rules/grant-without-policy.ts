import { listed } from "../../words.ts";
import { migrationRole, tableName, tableSource } from "../naming.ts";
import type { LintFinding, LintRule } from "../types.ts";

/**
 * v2 only: there a privilege beyond SELECT was granted by somebody who meant it. On v1 every table comes with all
 * privileges for every role, so one without a policy says nothing.
 */
export const grantWithoutPolicy: LintRule = {
  code: "grant-without-policy",
  mode: "v2",
  check: (catalog) =>
    catalog.relations.flatMap((table): LintFinding[] => {
      if (!table.exposed || !table.rowSecurity || table.policies.length === 0) return [];
      const role = catalog.names.userRole;
      const permissive = table.policies.filter((policy) => policy.permissive);
      // Policies that are for nobody, or only restrictive ones, are mistakes of their own.
      if (!permissive.some((policy) => policy.appliesTo.includes(role))) return [];
      const closed = (table.privileges[role] ?? []).filter(
        (privilege) => !permissive.some(({ command }) => command === "ALL" || command === privilege),
      );
      if (closed.length === 0) return [];
      const shown = tableName(table, catalog);
      const to = migrationRole(role, catalog);
      const [first = "SELECT"] = closed;
      const clause = first === "INSERT" ? "with check" : "using";
      return [
        {
          code: "grant-without-policy",
          severity: "error",
          object: `table ${shown}`,
          message: `${to} holds ${listed(closed)}, but no policy is for ${closed.length === 1 ? "it" : "them"}: ${consequence(first)}.`,
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

const consequence = (privilege: string): string =>
  privilege === "SELECT"
    ? "reads give [], and return=representation fails"
    : privilege === "INSERT"
      ? "every insert is 42501"
      : "nothing is changed, without an error";
