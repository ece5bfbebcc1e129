/** Why EXISTS (…) or IN (…) finds nothing: the one condition without which it would, and the values that it meets there. */
import type { KnownUser } from "../context.ts";
import { leavesOf, type Predicate, splitPredicate } from "../predicates.ts";
import { listed, plural, showOperand, tidy } from "../words.ts";
import { type Values, valueAt } from "./evaluate.ts";
import { operandExpressions } from "./operands.ts";
import { actingIn, factsThrough, isTied, type Scope } from "./scope.ts";
import { countSql, type Subselect, subselectOf, valueSql } from "./subselect.ts";

/** By the leaf's text, then by row. */
export type Notes = ReadonlyMap<string, ReadonlyArray<string | undefined>>;

export type Ask = (expressions: readonly string[]) => Promise<Values>;

/** Leaving out one of many conditions costs a query each. */
const MOST_CONDITIONS = 6;
const MOST_QUERIES = 4;
const MOST_SIDES = 4;

export interface Query {
  /** By which its notes are found. */
  readonly text: string;
  readonly parts: Subselect;
  readonly tables: string;
}

interface Blamed {
  readonly query: Query;
  readonly condition: string;
  readonly rows: number;
  readonly sides: ReadonlyArray<{ readonly shown: string; readonly sql: string }>;
}

export interface Questions {
  readonly scope: Scope;
  /** The request's. */
  readonly role: string;
  readonly users: readonly KnownUser[];
  /** Evaluates as whoever counts in the scope. */
  readonly ask: Ask;
  /** The same with nothing under row security. */
  readonly askUnsecured: Ask;
}

/** `leaves` are not true for some of the rows. */
export const subselectNotes = (leaves: readonly Predicate[], questions: Questions): Promise<Notes> =>
  queryNotes(
    leaves.flatMap(({ text, leaf, facts }) => asQuery(text, subselectOf(leaf), facts.tables)),
    questions,
  );

export async function queryNotes(all: readonly Query[], questions: Questions): Promise<Notes> {
  const { scope, ask } = questions;
  const queries = all.slice(0, MOST_QUERIES);
  if (queries.length === 0) return new Map();
  const counts = await ask(
    queries.flatMap(({ parts }) => [
      ...others(parts).map((rest) => countSql(parts, rest)),
      ...parts.conditions.map((condition) => unmetSql(parts, condition)),
    ]),
  );
  const rows = scope.samples.map((_, place) => place);
  const blamed = await Promise.all(
    queries.map((query) => Promise.all(rows.map((place) => blame(query, scope, counts, place)))),
  );
  const values = await ask(blamed.flat().flatMap((one) => one?.sides.map(({ sql }) => sql) ?? []));
  return new Map(
    queries.map((query, index) => [
      query.text,
      rows.map((place) => noteText(query, blamed[index]?.[place], (sql) => valueAt(values, sql, place), questions)),
    ]),
  );
}

export function asQuery(text: string, parts: Subselect | undefined, tables: readonly string[]): Query[] {
  const size = parts?.conditions.length ?? 0;
  return parts === undefined || size === 0 || size > MOST_CONDITIONS
    ? []
    : [{ text, parts, tables: sourceOf(parts, tables) }];
}

/** Its tables, or the function that stands in place of one. */
const sourceOf = ({ from }: Subselect, tables: readonly string[]): string =>
  tables.length > 0 ? listed(tables) : (/^[\w."]+\(/.exec(from)?.[0].concat(")") ?? "its source");

/** How many rows meet one condition, whatever they give: what IN looks for is no part of that. */
const unmetSql = (parts: Subselect, condition: string): string => countSql({ ...parts, wanted: null }, [condition]);

/** The conditions without the first, without the second, and so on. */
const others = ({ conditions }: Subselect): string[][] =>
  conditions.map((_, left) => conditions.filter((_, index) => index !== left));

/**
 * Of several that would do, one that is about what the user's rows are like; else the one that ties them to the policy's
 * own row; that they are the user's is the last to be given up.
 */
async function blame(query: Query, scope: Scope, counts: Values, place: number): Promise<Blamed | undefined> {
  const { parts } = query;
  const found: Array<Blamed & { readonly rank: number }> = [];
  for (const [index, rest] of others(parts).entries()) {
    const rows = Number(valueAt(counts, countSql(parts, rest), place) ?? 0);
    const condition = parts.conditions[index]!;
    if (rows === 0) continue;
    const predicate = await splitPredicate(condition);
    const { facts } = predicate;
    const { functions, claims, members } = factsThrough(scope, condition, facts);
    const asksForUser = functions.includes("auth.uid") || claims.length + members.length > 0;
    const rank = asksForUser ? 2 : isTied(scope, condition, facts) ? 1 : 0;
    const expressions = leavesOf(predicate).flatMap(({ text, leaf }) =>
      leaf === null || leaf.kind === "exists" || leaf.kind === "in-select"
        ? []
        : leaf.kind === "value"
          ? [{ shown: text, sql: text }]
          : operandExpressions(leaf),
    );
    const distinct = expressions.filter(({ sql }, at) => expressions.findIndex((one) => one.sql === sql) === at);
    const sides = distinct.slice(0, MOST_SIDES).map(({ shown, sql }) => ({ shown, sql: valueSql(parts, rest, sql) }));
    found.push({ query, condition, rows, sides, rank });
  }
  const unmet = parts.conditions.find((text) => valueAt(counts, unmetSql(parts, text), place) === "0");
  const [first] = found.sort((one, other) => one.rank - other.rank);
  return first ?? (unmet === undefined ? undefined : { query, condition: unmet, rows: 0, sides: [] });
}

/** Row security holds for a superuser nowhere. */
function seenBy(scope: Scope, role: string): string {
  const acting = actingIn(scope, role);
  return acting === "postgres" ? "" : ` that ${acting === role ? "this role" : acting} sees`;
}

function noteText(
  { tables }: Query,
  found: Blamed | undefined,
  readValue: (sql: string) => string | null | undefined,
  { users, scope, role }: Questions,
): string | undefined {
  if (found === undefined) return undefined;
  const { condition, rows, sides } = found;
  if (rows === 0) return `no row of ${tables}${seenBy(scope, role)} meets ${tidy(condition)}`;
  const shown = sides.flatMap(({ shown: text, sql }) => {
    const value = readValue(sql);
    return value === undefined ? [] : [showOperand(text, value, users)];
  });
  const there = shown.length === 0 ? "" : `: ${rows === 1 ? "there" : "in the first"} ${listed(shown)}`;
  return `${rows >= 100 ? "many rows" : plural(rows, "row")} of ${tables} ${rows === 1 ? "meets" : "meet"} all of it but ${tidy(condition)}${there}`;
}
