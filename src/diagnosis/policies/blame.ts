/** Which of a query's conditions keeps it from finding a row. */

import type { KnownUser } from "../context.ts";
import { leavesOf, splitPredicate } from "../predicates.ts";
import { type Values, valueAt } from "./evaluate.ts";
import { operandExpressions } from "./operands.ts";
import { factsThrough, isTied, type Scope } from "./scope.ts";
import { countSql, type Subselect, valueSql } from "./subselect.ts";

export interface Query {
  /** By which its notes are found. UNION makes several queries of one. */
  readonly text: string;
  readonly parts: Subselect;
  readonly tables: string;
  /** What it reads that WITH has given a name to. */
  readonly within: readonly Query[];
}

/** The condition without which a query would find rows. */
export interface Blamed {
  readonly parts: Subselect;
  readonly condition: string;
  readonly others: readonly string[];
}

export interface Found extends Blamed {
  readonly rows: number;
  readonly sides: readonly Side[];
}

interface Side {
  readonly shown: string;
  readonly sql: string;
}

export type Ask = (expressions: readonly string[]) => Promise<Values>;

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

const MOST_SIDES = 4;

/** What about a condition is worth showing. */
export async function sidesOf(condition: string): Promise<Side[]> {
  const expressions = leavesOf(await splitPredicate(condition)).flatMap(({ text, leaf }) =>
    leaf === null || leaf.kind === "exists" || leaf.kind === "in-select"
      ? []
      : leaf.kind === "value"
        ? [{ shown: text, sql: text }]
        : operandExpressions(leaf),
  );
  return expressions
    .filter(({ sql }, at) => expressions.findIndex((one) => one.sql === sql) === at)
    .slice(0, MOST_SIDES);
}

/** Whether a condition is about who asks (2), about the policy's own row (1), or about the rows alone. */
export async function rankOf(scope: Scope, condition: string): Promise<0 | 1 | 2> {
  const { facts } = await splitPredicate(condition);
  const { functions, claims, members } = factsThrough(scope, condition, facts);
  if (functions.includes("auth.uid") || claims.length + members.length > 0) return 2;
  return isTied(scope, condition, facts) ? 1 : 0;
}

/** How many rows meet one condition, whatever they give: what IN looks for is no part of that. */
export const unmetSql = (parts: Subselect, condition: string): string =>
  countSql({ ...parts, wanted: null }, [condition]);

/** The conditions without the first, without the second, and so on. */
export const others = ({ conditions }: Subselect): string[][] =>
  conditions.map((_, left) => conditions.filter((_, index) => index !== left));

/**
 * Of several that would do, one that is about what the user's rows are like; else the one that ties them to the policy's
 * own row; that they are the user's is the last to be given up.
 */
export async function blame({ parts }: Query, scope: Scope, counts: Values, place: number): Promise<Found | undefined> {
  const found: Array<Found & { readonly rank: number }> = [];
  for (const [index, rest] of others(parts).entries()) {
    const rows = Number(valueAt(counts, countSql(parts, rest), place) ?? 0);
    const condition = parts.conditions[index]!;
    if (rows === 0) continue;
    const sides = (await sidesOf(condition)).map(({ shown, sql }) => ({ shown, sql: valueSql(parts, rest, sql) }));
    found.push({ parts, condition, others: rest, rows, sides, rank: await rankOf(scope, condition) });
  }
  const unmet = parts.conditions.find((text) => valueAt(counts, unmetSql(parts, text), place) === "0");
  const [first] = found.sort((one, other) => one.rank - other.rank);
  return first ?? (unmet === undefined ? undefined : { parts, condition: unmet, others: [], rows: 0, sides: [] });
}
