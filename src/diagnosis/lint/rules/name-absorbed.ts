import { absorbedBecause } from "../../../project/absorbed-path.ts";
import { tableName, tableSource } from "../naming.ts";
import type { LintFinding, LintRule } from "../types.ts";

/** Paths that the v2 gateway answers itself, before it looks for a project. `/health` it keeps for GET and HEAD alone. */
export const nameAbsorbed: LintRule = {
  code: "name-absorbed",
  mode: "v2",
  check: (catalog) =>
    catalog.relations.flatMap((table): LintFinding[] => {
      const path = `/${encodeURIComponent(table.name)}`;
      const health = path === "/health";
      if (!table.exposed || (!health && absorbedBecause(path) === undefined)) return [];
      const shown = tableName(table, catalog);
      return [
        {
          code: "name-absorbed",
          severity: "error",
          object: `${table.kind} ${shown}`,
          message: health
            ? "GET /health is the gateway's own: the table cannot be read by that path."
            : `Every request to ${path} is answered 404 by the gateway itself.`,
          reason: "The v2 gateway keeps paths that browsers and scanners ask for away from PostgREST.",
          fix: {
            text: "Give it another name.",
            sql: `alter ${table.kind === "view" ? "view" : "table"} ${shown} rename to …;`,
          },
          ...tableSource(table, catalog),
        },
      ];
    }),
};
