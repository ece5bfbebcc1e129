import { quoteName } from "../../words.ts";
import { tableName, tableSource } from "../naming.ts";
import type { LintFinding, LintRule } from "../types.ts";

export const policyOnlyRestrictive: LintRule = {
  code: "policy-only-restrictive",
  check: (catalog) =>
    catalog.relations.flatMap((table): LintFinding[] => {
      const { policies } = table;
      if (policies.length === 0 || policies.some(({ permissive }) => permissive)) return [];
      const shown = tableName(table, catalog);
      return [
        {
          code: "policy-only-restrictive",
          severity: "error",
          object: `table ${shown}`,
          message: `All policies are restrictive (${policies.map(({ name }) => quoteName(name)).join(", ")}), so no row passes.`,
          reason:
            "Restrictive policies take away from what permissive ones give; without a permissive one nothing is given.",
          fix: { text: "Make one of them permissive: drop it and create it again without AS RESTRICTIVE." },
          ...tableSource(table, catalog),
        },
      ];
    }),
};
