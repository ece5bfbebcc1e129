import { listed, quoteName } from "../../words.ts";
import { migrationRole, tableName, tableSource } from "../naming.ts";
import type { LintFinding, LintRule } from "../types.ts";

/** Generated columns too: whoever writes the row computes them. */
export const defaultWithoutExecute: LintRule = {
  code: "default-without-execute",
  check: (catalog) =>
    catalog.relations.flatMap((table) =>
      table.defaultCalls.flatMap(({ column, function: signature, executableBy }): LintFinding[] => {
        const lacking = catalog.roles.filter(
          (role) => table.privileges[role]?.includes("INSERT") && !executableBy.includes(role),
        );
        if (!table.exposed || lacking.length === 0) return [];
        const to = lacking.map((role) => migrationRole(role, catalog));
        return [
          {
            code: "default-without-execute",
            severity: "error",
            object: `column ${quoteName(column)} of ${tableName(table, catalog)}`,
            message: `Takes its value from ${signature}, which ${listed(to)} may not execute: inserts that leave it out are 42501.`,
            reason: "A default is computed with the rights of whoever inserts.",
            fix: { text: "Grant EXECUTE.", sql: `grant execute on function ${signature} to ${to.join(", ")};` },
            ...tableSource(table, catalog),
          },
        ];
      }),
    ),
};
