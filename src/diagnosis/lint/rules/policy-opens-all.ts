import { listed, quoteName } from "../../words.ts";
import { policyName, policySource } from "../naming.ts";
import { asksNothing, isTrue } from "../opens.ts";
import type { LintFinding, LintPolicy, LintRule, Privilege } from "../types.ts";

const textOf = ({ clauses }: LintPolicy, wanted: "using" | "check"): string | undefined =>
  clauses.find(({ clause }) => clause === wanted)?.predicate.text;

/** Every expression of it. */
const opensAll = ({ clauses }: LintPolicy): boolean =>
  clauses.length > 0 && clauses.every(({ predicate }) => asksNothing(predicate.text));

const COMMANDS = ["SELECT", "INSERT", "UPDATE", "DELETE"] as const satisfies readonly Privilege[];

const covers = ({ command }: LintPolicy, asked: Privilege): boolean => command === "ALL" || command === asked;

/**
 * Whether `wide` leaves nothing for `other` to decide: in every command that somebody both are for has a privilege to. Where
 * everybody reads and a policy FOR ALL says who writes, it does not.
 */
function silences(wide: LintPolicy, other: LintPolicy): boolean {
  if (wide.table !== other.table || !other.permissive || opensAll(other)) return false;
  const roles = wide.appliesTo.filter((role) => other.appliesTo.includes(role));
  const held = new Set(roles.flatMap((role) => wide.table.privileges[role] ?? []));
  const asked = COMMANDS.filter((command) => covers(other, command) && held.has(command));
  return asked.length > 0 && asked.every((command) => covers(wide, command));
}

/** Permissive policies are joined by OR, so one that is always true makes the others say nothing. */
export const policyOpensAll: LintRule = {
  code: "policy-opens-all",
  check: (catalog) =>
    catalog.policies.flatMap((policy): LintFinding[] => {
      if (!policy.permissive || !opensAll(policy)) return [];
      const idle = catalog.policies.filter((other) => silences(policy, other));
      if (idle.length === 0) return [];
      const always = policy.clauses.every(({ predicate }) => isTrue(predicate.text));
      return [
        {
          code: "policy-opens-all",
          severity: "error",
          object: policyName(policy, catalog),
          message: `${always ? "Is true for every row" : "Asks only whether somebody is signed in"}, so ${listed(idle.map(({ name }) => quoteName(name)))} on the same table ${idle.length === 1 ? "decides" : "decide"} nothing.`,
          reason: "Permissive policies are joined by OR: a row needs one of them, not all.",
          fix: { text: "Drop the wide policy, or create it AS RESTRICTIVE with the condition it is meant to add." },
          ...policySource(policy, catalog),
        },
      ];
    }),
};

/** Everybody reading is common; everybody writing everything hardly ever is meant. */
export const policyWriteAlwaysTrue: LintRule = {
  code: "policy-write-always-true",
  check: (catalog) =>
    catalog.policies.flatMap((policy): LintFinding[] => {
      // What silences others is told as that.
      const told = opensAll(policy) && catalog.policies.some((other) => silences(policy, other));
      const opens = told || !policy.permissive || policy.appliesTo.length === 0 ? undefined : whatIsOpen(policy);
      if (opens === undefined) return [];
      return [
        {
          code: "policy-write-always-true",
          severity: "warning",
          object: policyName(policy, catalog),
          message: opens,
          reason: "An expression that is always true asks nothing about the user or the row.",
          fix: { text: "Compare a column with auth.uid(), or silence this finding where it is meant." },
          ...policySource(policy, catalog),
        },
      ];
    }),
};

function whatIsOpen(policy: LintPolicy): string | undefined {
  const { command, clauses } = policy;
  if (command === "SELECT") return undefined;
  if (opensAll(policy)) {
    const what = command === "ALL" ? "read and write" : command.toLowerCase();
    return `Lets everybody it is for ${what} every row of the table.`;
  }
  // Who may do it at all, such as an administrator, is asked in USING; a row of one's own must stay one's own.
  const using = clauses.find(({ clause }) => clause === "using");
  if (!asksNothing(textOf(policy, "check")) || using === undefined || using.predicate.facts.columns.length === 0)
    return undefined;
  return command === "ALL"
    ? "WITH CHECK is always true: everybody it is for may insert any row, and hand their own rows to others."
    : "WITH CHECK is always true: a row that is one's own may be changed into one of somebody else.";
}
