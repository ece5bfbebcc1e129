import { listed, quoteName } from "../../words.ts";
import { tableName, tableSource } from "../naming.ts";
import type { LintCatalog, LintFinding, LintRelation, LintRule } from "../types.ts";

/** A view without security_invoker reads as its owner: all rows where no policy binds the owner, none under FORCE. */
export const viewSecurityDefiner: LintRule = {
  code: "view-security-definer",
  check: (catalog) =>
    catalog.relations.flatMap((view): LintFinding[] => {
      const readable = catalog.roles.some((role) => view.privileges[role]?.includes("SELECT"));
      if (!view.exposed || !readable || (view.kind !== "view" && view.kind !== "materialized view")) return [];
      const secured = securedTables(view, catalog);
      if (secured.length === 0) return [];
      const shown = tableName(view, catalog);
      const tables = listed(secured.map((table) => tableName(table, catalog)));
      const common = { code: "view-security-definer", severity: "error", ...tableSource(view, catalog) } as const;
      if (view.kind === "materialized view") {
        return [
          {
            ...common,
            object: `materialized view ${shown}`,
            message: `Holds rows of ${tables} as its owner saw them at the last refresh; nobody's policies apply to it.`,
            reason: "A materialized view has no row security of its own.",
            fix: {
              text: "Take SELECT away from the users' role and show it through a function or a view that filters.",
            },
          },
        ];
      }
      return [
        {
          ...common,
          object: `view ${shown}`,
          message: `Reads ${tables} as ${quoteName(view.owner)}, ${view.ownerBypasses ? "whom no policy binds: everybody sees all rows" : "for whom no policy is meant: the policies of the user are not asked"}.`,
          reason:
            "Without security_invoker a view's tables are read with the rights, and under the policies, of the view's owner.",
          fix: { text: "Make it a security invoker.", sql: `alter view ${shown} set (security_invoker = true);` },
        },
      ];
    }),
};

/** Its tables with row security that are read as somebody else than the user. */
function securedTables(view: LintRelation, { relations, roles }: LintCatalog): LintRelation[] {
  const asOther = view.reads.filter(({ role }) => view.kind === "materialized view" || !roles.includes(role));
  return relations.filter(({ name, rowSecurity }) => rowSecurity && asOther.some(({ table }) => table === name));
}
