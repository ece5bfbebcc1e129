/**
 * Splits the expression of a policy at AND, OR and NOT, and its leaves at their comparison, so that each piece can be
 * evaluated by itself. Pure apart from loading the parser.
 */
import { factsOf, joinedFacts, noFacts } from "./predicates/facts.ts";
import { leafOf } from "./predicates/leaf.ts";
import { loadParser, parseExpression } from "./predicates/parser.ts";
import { onOneLine, splitBoolean, withoutParentheses } from "./predicates/spans.ts";
import type { Predicate } from "./predicates/types.ts";

export { loadParser } from "./predicates/parser.ts";
export type { Expression, Facts, Leaf, Predicate } from "./predicates/types.ts";

/** Policies are looked at again and again, by `why`, by lint and by coverage. */
const known = new Map<string, Predicate>();
const MOST = 1000;

/** `text` is one SQL expression, as `pg_get_expr` prints it or as somebody wrote it. What does not parse is one leaf. */
export async function splitPredicate(text: string): Promise<Predicate> {
  const found = known.get(text);
  if (found !== undefined) return found;
  await loadParser();
  const line = withoutParentheses(onOneLine(text));
  const predicate = parseExpression(line) === undefined ? unreadable(line) : split(line);
  if (known.size >= MOST) known.clear();
  known.set(text, predicate);
  return predicate;
}

const unreadable = (text: string): Predicate => ({
  text,
  operator: null,
  parts: [],
  leaf: { kind: "value" },
  facts: noFacts,
});

function split(source: string): Predicate {
  const text = withoutParentheses(source);
  const boolean = splitBoolean(text);
  if (boolean === null) {
    const tree = parseExpression(text);
    return { text, operator: null, parts: [], leaf: leafOf(text, tree), facts: factsOf(tree) };
  }
  const parts = boolean.parts.map(split).flatMap((part) => flatten(part, boolean.operator));
  return { text, operator: boolean.operator, parts, leaf: null, facts: joinedFacts(parts.map(({ facts }) => facts)) };
}

/** `(a AND b) AND c` reads as one AND of three. */
const flatten = (part: Predicate, operator: string): readonly Predicate[] =>
  operator !== "not" && part.operator === operator ? part.parts : [part];

/** All leaves, from left to right. */
export function leavesOf(predicate: Predicate): Predicate[] {
  return predicate.leaf !== null ? [predicate] : predicate.parts.flatMap(leavesOf);
}
