import { listed } from "../../words.ts";
import { migrationRole, tableName, tableSource } from "../naming.ts";
import type { LintFinding, LintRule } from "../types.ts";

/** Without row security a GRANT, or v2's default SELECT, opens every row to everybody who holds it. */
export const rlsOff: LintRule = {
  code: "rls-off",
  check: (catalog) =>
    catalog.relations.flatMap((table): LintFinding[] => {
      const isTable = table.kind === "table" || table.kind === "partitioned table";
      if (!table.exposed || !isTable || table.rowSecurity) return [];
      const open = catalog.roles.filter((role) => (table.privileges[role] ?? []).length > 0);
      if (open.length === 0) return [];
      const held = [...new Set(open.flatMap((role) => table.privileges[role] ?? []))];
      const shown = tableName(table, catalog);
      return [
        {
          code: "rls-off",
          severity: "error",
          object: `table ${shown}`,
          message: `Row security is off, and ${listed(open.map((role) => migrationRole(role, catalog)))} may ${listed(held)} every row.`,
          reason: "A privilege on a table without row security is a privilege on all of its rows, whoever owns them.",
          fix: {
            text: "Switch row security on and add policies; for rows that everybody may see, a policy USING (true) FOR SELECT.",
            sql: `alter table ${shown} enable row level security;`,
          },
          ...tableSource(table, catalog),
        },
      ];
    }),
};
