import { listed } from "../../words.ts";
import { policyName, policySource, tableName } from "../naming.ts";
import type { LintCatalog, LintFinding, LintPolicy, LintRelation, LintRule } from "../types.ts";

/** To read a table in a policy, Postgres applies that table's policies first; a circle ends in 42P17. */
export const policyRecursion: LintRule = {
  code: "policy-recursion",
  check: (catalog) =>
    catalog.policies.flatMap((policy): LintFinding[] => {
      const circle = circleFrom(policy, catalog);
      if (circle === undefined) return [];
      const direct = circle.length === 1;
      return [
        {
          code: "policy-recursion",
          severity: "error",
          object: policyName(policy, catalog),
          message: direct
            ? directMessage(policy)
            : `Reads ${listed(circle.slice(0, -1))}, whose policies lead back to ${circle.at(-1)}: 42P17, infinite recursion.`,
          reason:
            "The tables of a policy's sub-select are under row security too, so the policy would have to be applied within itself.",
          fix: {
            text: "Let the policy look at its own row only, or look the answer up in a table whose policies do not lead back.",
          },
          ...policySource(policy, catalog),
        },
      ];
    }),
};

/** Names of the tables on the way from the policy's table back to it. */
function circleFrom(policy: LintPolicy, catalog: LintCatalog): string[] | undefined {
  const home = policy.table;
  const seen = new Set<LintRelation>();
  const walk = (from: readonly LintPolicy[], path: readonly string[]): string[] | undefined => {
    for (const table of from.flatMap((one) => readTables(one, catalog))) {
      const next = [...path, tableName(table, catalog)];
      if (table === home) return next;
      if (seen.has(table) || !table.rowSecurity) continue;
      seen.add(table);
      const found = walk(
        catalog.policies.filter((one) => one.table === table && one.command !== "INSERT"),
        next,
      );
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return home.rowSecurity ? walk([policy], []) : undefined;
}

/** The policy reads its own table by itself, or lets a function do so. */
function directMessage({ tables, table, functions }: LintPolicy): string {
  const own = tables.some((read) => read.split(".").at(-1) === table.name);
  const caller = own ? undefined : functions.find((fn) => !fn.definer && fn.tables.length > 0);
  return caller === undefined
    ? "Reads its own table, so every request to it fails with 42P17, infinite recursion."
    : `Calls ${caller.name}(), which reads the policy's own table as whoever calls it: requests fail with 54001, stack depth limit exceeded.`;
}

/** By itself, and through functions that run as their caller. */
const tablesRead = ({ tables, functions }: LintPolicy): string[] => [
  ...tables,
  ...functions.filter(({ definer }) => !definer).flatMap((fn) => fn.tables),
];

const readTables = (policy: LintPolicy, { relations, names }: LintCatalog): LintRelation[] =>
  relations.filter(({ schema, name }) =>
    tablesRead(policy).some(
      (written) => written === `${schema}.${name}` || (written === name && schema === names.schema),
    ),
  );
