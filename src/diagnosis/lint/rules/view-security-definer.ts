import { listed, quoteName } from "../../words.ts";
import { isBound } from "../circles.ts";
import { migrationRole, tableName, tableSource } from "../naming.ts";
import type { LintCatalog, LintFinding, LintRelation, LintRule } from "../types.ts";

/** A view without security_invoker reads as its owner: all rows where no policy binds the owner, none under FORCE. */
export const viewSecurityDefiner: LintRule = {
  code: "view-security-definer",
  check: (catalog) =>
    catalog.relations.flatMap((view): LintFinding[] => {
      const readers = catalog.roles.filter((role) => view.privileges[role]?.includes("SELECT"));
      if (!view.exposed || readers.length === 0 || (view.kind !== "view" && view.kind !== "materialized view"))
        return [];
      const reads = readsAsOther(view, catalog);
      const secured = catalog.relations.filter(
        (table) =>
          table.rowSecurity &&
          reads.some((read) => read.table === table.name && !asksTheSame(table, read.role, view, catalog)),
      );
      if (secured.length === 0) return [];
      const shown = tableName(view, catalog);
      const tables = listed(secured.map((table) => tableName(table, catalog)));
      const reader = tableName(reads[0]!.by, catalog);
      const role = catalog.names.userRole;
      const common = { code: "view-security-definer", severity: "error", ...tableSource(view, catalog) } as const;
      if (view.kind === "materialized view") {
        return [
          {
            ...common,
            object: `materialized view ${shown}`,
            message: `Holds rows of ${tables} as its owner saw them at the last refresh; nobody's policies apply to it.`,
            reason: "A materialized view has no row security of its own.",
            fix: {
              text: "Take SELECT away from users, and show it through a function that filters.",
              sql: `revoke select on ${shown} from ${readers.map((role) => migrationRole(role, catalog)).join(", ")};`,
            },
          },
        ];
      }
      return [
        {
          ...common,
          object: `view ${shown}`,
          message: `Reads ${tables} as ${quoteName(view.owner)}, ${secured.some((table) => isBound(view.owner, table)) ? "for whom no policy is meant: the policies of the user are not asked" : "whom no policy binds: everybody sees all rows"}.`,
          reason:
            "Without security_invoker a view's tables are read with the rights, and under the policies, of the view's owner.",
          fix: {
            text:
              reader === shown ? "Make it a security invoker." : `Make ${reader}, which it reads, a security invoker.`,
            sql: [
              `alter view ${reader} set (security_invoker = true);`,
              // What the owner was let read, the user must be let read then.
              ...secured
                .filter((table) => !table.privileges[role]?.includes("SELECT"))
                .map((table) => `grant select on ${tableName(table, catalog)} to ${migrationRole(role, catalog)};`),
            ].join("\n"),
          },
        },
      ];
    }),
};

/** Under FORCE, policies that are for everybody are for the view's owner too, and the user's id is the same whoever reads. */
const asksTheSame = (table: LintRelation, reader: string, view: LintRelation, { roles }: LintCatalog): boolean =>
  view.kind === "view" &&
  isBound(reader, table) &&
  table.policies.length > 0 &&
  table.policies.every(
    (policy) => policy.roles.includes("PUBLIC") || !roles.some((role) => policy.appliesTo.includes(role)),
  );

/** What it reads as somebody else than the user, but for what another view of the API does on the way: that has its own finding. */
function readsAsOther(view: LintRelation, { relations, roles }: LintCatalog): LintRelation["reads"] {
  if (view.kind === "materialized view") return view.reads;
  return view.reads.filter(({ role, by }) => {
    const itself = by.schema === view.schema && by.name === view.name;
    const told = relations.some(({ schema, name, exposed }) => exposed && schema === by.schema && name === by.name);
    return !roles.includes(role) && (itself || !told);
  });
}
