import { listed } from "../../words.ts";
import { type Circle, circleOf } from "../circles.ts";
import { functionName, policyName, policySource, tableName } from "../naming.ts";
import { isReadFrom } from "../per-row.ts";
import type { LintCatalog, LintFinding, LintPolicy, LintRule } from "../types.ts";

/** To read a table in a policy, Postgres applies that table's policies first; a circle ends in 42P17. */
export const policyRecursion: LintRule = {
  code: "policy-recursion",
  check: (catalog) =>
    catalog.policies.flatMap((policy): LintFinding[] => {
      const circle = circleOf(policy, catalog);
      if (circle === undefined) return [];
      return [
        {
          code: "policy-recursion",
          severity: isGuarded(policy, circle) ? "warning" : "error",
          object: policyName(policy, catalog),
          message: message(policy, circle, catalog),
          reason:
            "The tables of a policy's sub-select are under row security too, so the policy would have to be applied within itself.",
          fix: { text: remedy(policy, circle, catalog) },
          ...policySource(policy, catalog),
        },
      ];
    }),
};

/** OR asks its other side first, perhaps: whether the function is called at all depends on the rows, and on the plan. */
const isGuarded = ({ clauses }: LintPolicy, { through }: Circle): boolean =>
  through !== undefined && clauses.some(({ predicate }) => predicate.operator === "or");

function message(policy: LintPolicy, circle: Circle, catalog: LintCatalog): string {
  const { tables, through } = circle;
  const names = tables.map((table) => tableName(table, catalog));
  const last = names.pop()!;
  if (through === undefined) {
    return names.length === 0
      ? `Reads its own table, so ${REQUESTS[policy.command]} fails with 42P17, infinite recursion.`
      : `Reads ${listed(names)}, whose policies lead back to ${last}: 42P17, infinite recursion.`;
  }
  const end = `54001, stack depth limit exceeded${isGuarded(policy, circle) ? ", unless the other side of OR decides for every row that is looked at" : ""}`;
  if (names.length > 0)
    return `Reads ${listed(names)} and calls ${functionName(through, catalog)} on the way back to ${last}: ${end}.`;
  return through.definer
    ? `Calls ${functionName(through, catalog)}, which reads the policy's own table as ${through.owner}, whom FORCE binds and this policy is for as well: requests fail with ${end}.`
    : `Calls ${functionName(through, catalog)}, which reads the policy's own table as whoever calls it: requests fail with ${end}.`;
}

const REQUESTS: Readonly<Record<LintPolicy["command"], string>> = {
  ALL: "every request to it",
  SELECT: "every request to it",
  INSERT: "every insert",
  UPDATE: "every update",
  DELETE: "every delete",
};

function remedy(policy: LintPolicy, { tables, through }: Circle, catalog: LintCatalog): string {
  if (through?.definer)
    return "Make the policy TO authenticated, so that it is not the owner's, and give the owner one that lets the function see its rows; or let the table opt out of FORCE with the comment flux:no-force-rls.";
  const home = tables.at(-1)!;
  const asked = catalog.policies.filter(
    ({ table, command }) => table === home && (command === "SELECT" || command === "ALL"),
  );
  // Sub-selects that read nothing are all that makes Postgres stop.
  const bare = through === undefined && !asked.includes(policy) && asked.every(({ using }) => !isReadFrom(using ?? ""));
  return bare
    ? `Ask auth.uid() without a sub-select in ${listed(asked.map((one) => policyName(one, catalog)))}: where a policy leads back, (select auth.uid()) counts as one.`
    : "Let the policy look at its own row only, or look the answer up in a table whose policies do not lead back.";
}
