/**
 * Which policies speak about a row, and with which of their expressions. Pure; the rules are the table "Policies Applied by
 * Command Type" of CREATE POLICY.
 */
import type { Policy, Relation } from "../catalog/types.ts";
import type { PolicyVerdict } from "../types.ts";

/** What is asked of the policies: may a row be seen, changed, removed, or be written as it is. */
export type Question = "select" | "update" | "delete" | "insert-check" | "update-check";

const COMMANDS = {
  select: "SELECT",
  update: "UPDATE",
  delete: "DELETE",
  "insert-check": "INSERT",
  "update-check": "UPDATE",
} as const satisfies Record<Question, Policy["command"]>;

export type Clause = Pick<PolicyVerdict, "clause" | "expression">;

export interface Applicable extends Clause {
  readonly policy: Policy;
}

export interface PolicySet {
  readonly question: Question;
  readonly permissive: readonly Applicable[];
  readonly restrictive: readonly Applicable[];
}

export const commandOf = (question: Question): Policy["command"] => COMMANDS[question];

const isCheck = (question: Question): boolean => question.endsWith("-check");

/** The expression a policy contributes; null when it has none, in which case it gives nothing and takes nothing. */
function clauseOf({ using, check, command }: Policy, question: Question): Clause | null {
  if (!isCheck(question)) return using === null ? null : { clause: "using", expression: using };
  if (check !== null) return { clause: "check", expression: check };
  if (using === null || command === "INSERT") return null;
  return { clause: "using as check", expression: using };
}

export const isForCommand = ({ command }: Policy, question: Question): boolean =>
  command === "ALL" || command === commandOf(question);

export function applicable({ policies }: Relation, role: string, question: Question): PolicySet {
  const speaking = policies
    .filter((policy) => isForCommand(policy, question) && policy.appliesTo.includes(role))
    .flatMap((policy) => {
      const clause = clauseOf(policy, question);
      return clause === null ? [] : [{ policy, ...clause }];
    });
  return {
    question,
    permissive: speaking.filter(({ policy }) => policy.permissive),
    restrictive: speaking.filter(({ policy }) => !policy.permissive),
  };
}

/** Why no permissive policy speaks: no row can pass, whatever is in it. Undefined when one does. */
export type Silence =
  | { readonly kind: "no-policy" }
  | { readonly kind: "other-role"; readonly policies: readonly Policy[] }
  | { readonly kind: "other-command"; readonly policies: readonly Policy[] }
  | { readonly kind: "only-restrictive"; readonly policies: readonly Policy[] }
  /** They are for the command, but lack the expression that answers the question. */
  | { readonly kind: "no-expression"; readonly policies: readonly Policy[] };

export function silence(relation: Relation, role: string, question: Question): Silence | undefined {
  const { policies } = relation;
  if (applicable(relation, role, question).permissive.length > 0) return undefined;
  if (policies.length === 0) return { kind: "no-policy" };
  const given = policies.filter((policy) => policy.permissive);
  const forCommand = given.filter((policy) => isForCommand(policy, question));
  const wordless = forCommand.filter((policy) => clauseOf(policy, question) === null);
  const own = wordless.filter(({ appliesTo }) => appliesTo.includes(role));
  if (own.length > 0) return { kind: "no-expression", policies: own };
  const others = forCommand.filter((policy) => !wordless.includes(policy));
  if (others.length > 0) return { kind: "other-role", policies: others };
  if (wordless.length > 0) return { kind: "no-expression", policies: wordless };
  if (given.length > 0) return { kind: "other-command", policies: given };
  return { kind: "only-restrictive", policies };
}
