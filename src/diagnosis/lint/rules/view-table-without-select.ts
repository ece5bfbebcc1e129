import { listed } from "../../words.ts";
import { migrationRole, tableName, tableSource } from "../naming.ts";
import type { LintFinding, LintRule } from "../types.ts";

/** Asked for the users' role alone: whom v1's anon may read a view for is often left to the view's tables. */
export const viewTableWithoutSelect: LintRule = {
  code: "view-table-without-select",
  check: (catalog) =>
    catalog.relations.flatMap((view): LintFinding[] => {
      const role = catalog.names.userRole;
      if (!view.exposed || view.kind !== "view" || !view.privileges[role]?.includes("SELECT")) return [];
      const closed = catalog.relations.filter(
        (table) =>
          !table.privileges[role]?.includes("SELECT") &&
          view.reads.some((read) => read.table === table.name && read.role === role),
      );
      if (closed.length === 0) return [];
      const tables = listed(closed.map((table) => tableName(table, catalog)));
      const to = migrationRole(role, catalog);
      return [
        {
          code: "view-table-without-select",
          severity: "error",
          object: `view ${tableName(view, catalog)}`,
          message: `Reads ${tables} as whoever asks, and ${to} may not SELECT ${closed.length === 1 ? "it" : "them"}: every request is 42501.`,
          reason: "With security_invoker the user needs the privileges on a view's tables, besides that on the view.",
          fix: {
            text: "Grant SELECT: the policies of the table choose the rows.",
            sql: closed.map((table) => `grant select on ${tableName(table, catalog)} to ${to};`).join("\n"),
          },
          ...tableSource(view, catalog),
        },
      ];
    }),
};
