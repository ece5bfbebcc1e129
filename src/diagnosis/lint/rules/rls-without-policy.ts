import { migrationRole, tableName, tableSource } from "../naming.ts";
import type { LintFinding, LintRule } from "../types.ts";

/** A table that no request role may touch is closed on purpose and left alone. */
export const rlsWithoutPolicy: LintRule = {
  code: "rls-without-policy",
  check: (catalog) =>
    catalog.relations.flatMap((table): LintFinding[] => {
      const open = catalog.roles.filter((role) => (table.privileges[role] ?? []).length > 0);
      if (!table.exposed || !table.rowSecurity || table.policies.length > 0 || open.length === 0) return [];
      const shown = tableName(table, catalog);
      const role = migrationRole(catalog.names.userRole, catalog);
      return [
        {
          code: "rls-without-policy",
          severity: "error",
          object: `table ${shown}`,
          message: "Row security is on and there is no policy: reads give [], writes are refused.",
          reason: "Without a policy Postgres denies every row, and says nothing when rows are read.",
          fix: {
            text: "Add a policy for each command that users need, or revoke their privileges if the table is not for them.",
            sql: `create policy ${table.name}_select on ${shown} for select to ${role} using (…);`,
          },
          ...tableSource(table, catalog),
        },
      ];
    }),
};
