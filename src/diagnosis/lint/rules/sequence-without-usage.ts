import { listed, quoteName } from "../../words.ts";
import { migrationRole, tableName, tableSource } from "../naming.ts";
import type { LintFinding, LintRule } from "../types.ts";

/** Identity columns are left out: Postgres asks no privilege for their sequences. */
export const sequenceWithoutUsage: LintRule = {
  code: "sequence-without-usage",
  check: (catalog) =>
    catalog.relations.flatMap((table) =>
      table.sequences.flatMap(({ column, sequence, usableBy }): LintFinding[] => {
        const lacking = catalog.roles.filter(
          (role) => table.privileges[role]?.includes("INSERT") && !usableBy.includes(role),
        );
        if (!table.exposed || lacking.length === 0) return [];
        const to = lacking.map((role) => migrationRole(role, catalog));
        return [
          {
            code: "sequence-without-usage",
            severity: "error",
            object: `column ${quoteName(column)} of ${tableName(table, catalog)}`,
            message: `Takes its default from ${sequence}, which ${listed(to)} may not use: inserts that leave it out are 42501.`,
            reason: "nextval() needs USAGE on the sequence, besides INSERT on the table.",
            fix: {
              text: "Grant USAGE on the sequence, or make the column an identity column.",
              sql: `grant usage on sequence ${sequence} to ${to.join(", ")};`,
            },
            ...tableSource(table, catalog),
          },
        ];
      }),
    ),
};
