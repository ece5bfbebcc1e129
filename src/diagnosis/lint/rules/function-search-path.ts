import { functionName, functionSource } from "../naming.ts";
import type { LintFinding, LintRule } from "../types.ts";

/** Tables alone matter: in no schema of a project may a user make functions, but everybody may make temporary tables. */
export const functionSearchPath: LintRule = {
  code: "function-search-path",
  check: (catalog) =>
    catalog.functions.flatMap((fn): LintFinding[] => {
      const loose = fn.tables.filter((name) => !name.includes("."));
      const known = catalog.relations.some(({ name }) => loose.includes(name));
      const isReached = fn.forTrigger || fn.executableBy.length > 0;
      if (!fn.definer || fn.pathFixed || !known || !isReached) return [];
      return [
        {
          code: "function-search-path",
          severity: "warning",
          object: `function ${functionName(fn, catalog)}`,
          message: "Is SECURITY DEFINER without a search_path of its own: its caller decides which tables it means.",
          reason:
            "Names without a schema are looked for along the caller's search_path, and among temporary tables before that.",
          fix: {
            text: "Give it the search_path that it is made under, or write schemas before its tables.",
            sql: `alter function ${fn.signature} set search_path from current;`,
          },
          ...functionSource(fn, catalog),
        },
      ];
    }),
};
