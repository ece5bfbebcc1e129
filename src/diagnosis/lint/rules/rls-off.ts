import { listed } from "../../words.ts";
import { migrationRole, rowSecuritySource, tableName } from "../naming.ts";
import type { LintFinding, LintRelation, LintRule } from "../types.ts";

/** Without row security a GRANT, or v2's default SELECT, opens every row to everybody who holds it. */
export const rlsOff: LintRule = {
  code: "rls-off",
  check: (catalog) =>
    [...catalog.relations, ...catalog.partitions].flatMap((table): LintFinding[] => {
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
          message: message(
            table,
            `Row security is off, and ${listed(open.map((role) => migrationRole(role, catalog)))} may ${listed(held)} every row.`,
          ),
          reason: "A privilege on a table without row security is a privilege on all of its rows, whoever owns them.",
          fix: {
            text:
              table.partitionOf === null && table.policies.length > 0
                ? "Switch row security on: the policies are there."
                : table.partitionOf !== null
                  ? `Switch row security on: with no policy it is reached through ${table.partitionOf} only.`
                  : "Switch row security on and add policies; for rows that everybody may see, a policy USING (true) FOR SELECT.",
            sql: `alter table ${shown} enable row level security;`,
          },
          ...rowSecuritySource(table, catalog),
        },
      ];
    }),
};

/** The policies of a partitioned table are asked only when it is that table that a request names. */
function message({ partitionOf, policies }: LintRelation, text: string): string {
  if (partitionOf === null) return policies.length === 0 ? text : `${text} Its policies are not asked.`;
  return `${text} The policies of ${partitionOf} do not hold for its partitions read by their own names.`;
}
