import { quoteName } from "../../words.ts";
import { tableName, tableSource } from "../naming.ts";
import type { LintFinding, LintRule } from "../types.ts";

/** v1 only: a push on v2 cannot write to `public`. Other schemas are where people put what the API must not show. */
export const tableOutsideSchema: LintRule = {
  code: "table-outside-schema",
  mode: "v1",
  check: (catalog) =>
    catalog.relations.flatMap((table): LintFinding[] => {
      if (table.schema !== "public" || catalog.names.schema === "public") return [];
      const shown = tableName(table, catalog);
      const { schema } = catalog.names;
      return [
        {
          code: "table-outside-schema",
          severity: "error",
          object: `${table.kind} ${shown}`,
          message: `Is in public; requests without a profile look in ${schema} and answer 404, 42P01.`,
          reason: `The first schema that PostgREST exposes, here ${schema}, is the one requests mean.`,
          fix: {
            text: "Leave the schema out in the migration, or move what is there.",
            sql: `alter ${table.kind === "view" ? "view" : "table"} ${shown} set schema ${quoteName(schema)};`,
          },
          ...tableSource(table, catalog),
        },
      ];
    }),
};
