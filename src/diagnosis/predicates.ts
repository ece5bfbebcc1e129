/**
 * Splits the expression of a policy at AND, OR and NOT, and its leaves at their comparison, so that each piece can be
 * evaluated by itself. Pure apart from loading the parser.
 */
import { choiceIn } from "./predicates/choices.ts";
import { factsOf, joinedFacts, noFacts } from "./predicates/facts.ts";
import { leafOf } from "./predicates/leaf.ts";
import { loadParser, parseExpression, parseStatements } from "./predicates/parser.ts";
import { betweenBounds, onOneLine, splitBoolean, withoutParentheses } from "./predicates/spans.ts";
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
  if (boolean === null) return splitChoice(text) ?? splitBetween(text) ?? leafPredicate(text);
  const parts = boolean.parts.map(split).flatMap((part) => flatten(part, boolean.operator));
  return { text, operator: boolean.operator, parts, leaf: null, facts: joinedFacts(parts.map(({ facts }) => facts)) };
}

function splitChoice(text: string): Predicate | undefined {
  const choice = choiceIn(text);
  if (choice === undefined) return undefined;
  const parts = [choice.condition, choice.yes, choice.no].map(split);
  const facts = joinedFacts(parts.map((part) => part.facts));
  return { text, operator: "case", parts, leaf: null, facts, ...(choice.turned ? { turned: true } : {}) };
}

/** As Postgres prints it where it has parsed it. */
function splitBetween(text: string): Predicate | undefined {
  const bounds = betweenBounds(text);
  if (bounds === undefined) return undefined;
  const { value, low, high } = bounds;
  const parts = [split(`${value} >= ${low}`), split(`${value} <= ${high}`)];
  return { text, operator: "and", parts, leaf: null, facts: joinedFacts(parts.map((part) => part.facts)) };
}

/** A whole that is not split, such as a value that is no truth value. Call after `loadParser`. */
export function leafPredicate(source: string): Predicate {
  const text = withoutParentheses(onOneLine(source));
  const tree = parseExpression(text);
  return { text, operator: null, parts: [], leaf: leafOf(text, tree), facts: factsOf(tree) };
}

/** `(a AND b) AND c` reads as one AND of three. */
const flatten = (part: Predicate, operator: string): readonly Predicate[] =>
  operator !== "not" && part.operator === operator ? part.parts : [part];

/** The query of a function's body: its value is that of the first column in its first row. Call after `loadParser`. */
export const queryPredicate = (select: string): Predicate => ({
  text: select,
  sql: `(SELECT "flux_dev_v"::text FROM (${select}) AS "flux_dev_s"("flux_dev_v") LIMIT 1)`,
  operator: null,
  parts: [],
  leaf: { kind: "query", select },
  facts: factsOf(parseStatements(select)),
});

/** Whether the query gives a value: `wanted` is the name by which it is known there, `shown` how it is called. Call after `loadParser`. */
export function searchPredicate(select: string, wanted: string, shown: string): Predicate {
  const left = { text: wanted, shown, facts: noFacts, constant: false };
  return {
    text: `${shown} IN (${select})`,
    sql: `${wanted} IN (${select})`,
    operator: null,
    parts: [],
    leaf: { kind: "in-select", operator: "IN", left, select },
    facts: factsOf(parseStatements(select)),
  };
}

/** What gives a leaf's value. */
export const valueSqlOf = ({ text, sql }: Predicate): string => sql ?? text;

/** All leaves, from left to right. */
export function leavesOf(predicate: Predicate): Predicate[] {
  return predicate.leaf !== null ? [predicate] : predicate.parts.flatMap(leavesOf);
}

/** Those that stand under a NOT: they keep a row away by being true. */
export function negatedLeaves({ operator, parts, leaf }: Predicate): Predicate[] {
  if (leaf !== null) return [];
  return parts.flatMap(operator === "not" ? leavesOf : negatedLeaves);
}
