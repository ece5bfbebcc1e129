/** Why EXISTS (…) or IN (…) finds nothing: the one condition without which it would, and the values that it meets there. */
import { factsOf } from "../predicates/facts.ts";
import { parseStatements } from "../predicates/parser.ts";
import { namedQueries } from "../predicates/queries.ts";
import type { Predicate } from "../predicates.ts";
import { listed, plural, showOperand, tidy } from "../words.ts";
import { type Blamed, blame, type Found, others, type Query, type Questions, unmetSql } from "./blame.ts";
import { type Values, valueAt } from "./evaluate.ts";
import { missingNotes } from "./missing-row.ts";
import { actingIn, type Scope } from "./scope.ts";
import { countSql, queriesIn, type Subselect, subselectsOf } from "./subselect.ts";

/** By the leaf's text, then by row. */
export type Notes = ReadonlyMap<string, ReadonlyArray<string | undefined>>;

export interface Told {
  readonly notes: Notes;
  /** By the leaf's text, then by row. */
  readonly blamed: ReadonlyMap<string, ReadonlyArray<Blamed | undefined>>;
}

/** Leaving out one of many conditions costs a query each. */
const MOST_CONDITIONS = 6;
const MOST_QUERIES = 6;

/** `leaves` are not true for some of the rows. */
export const subselectNotes = (leaves: readonly Predicate[], questions: Questions): Promise<Told> =>
  queryNotes(
    leaves.flatMap(({ text, leaf }) => asQueries(text, subselectsOf(leaf))),
    questions,
  );

export async function queryNotes(all: readonly Query[], questions: Questions): Promise<Told> {
  const { scope, ask } = questions;
  const queries = all.slice(0, MOST_QUERIES);
  if (queries.length === 0) return { notes: new Map(), blamed: new Map() };
  const every = queries.flatMap((query) => [query, ...query.within]);
  const counts = await ask(
    every.flatMap(({ parts }) => [
      countSql(parts, parts.conditions),
      ...others(parts).map((rest) => countSql(parts, rest)),
      ...parts.conditions.map((condition) => unmetSql(parts, condition)),
    ]),
  );
  const rows = scope.samples.map((_, place) => place);
  const found = new Map<Query, Array<Found | undefined>>();
  for (const query of every)
    found.set(query, await Promise.all(rows.map((place) => blame(query, scope, counts, place))));
  const values = await ask([...found.values()].flat().flatMap((one) => one?.sides.map(({ sql }) => sql) ?? []));
  const missing = await missingNotes(every, questions);
  const tell = (query: Query, place: number): string | undefined => {
    const row = missing.get(query)?.[place];
    if (row !== undefined) return row;
    const own = found.get(query)?.[place];
    if (own !== undefined && own.rows > 0) return noteText(query, own, (sql) => valueAt(values, sql, place), questions);
    const empty = query.within.filter(({ parts }) => isEmpty(parts, counts, place));
    const reasons = empty.flatMap((one) => tell(one, place) ?? []);
    if (reasons.length > 0)
      return `the WITH query ${listed([...new Set(empty.map(({ text }) => text))])} has no row: ${reasons.join("; ")}`;
    return own === undefined ? undefined : noteText(query, own, () => undefined, questions);
  };
  const decided = (query: Query, place: number): Found | undefined =>
    [query, ...query.within.filter(({ parts }) => isEmpty(parts, counts, place))]
      .map((one) => found.get(one)?.[place])
      .find((one) => one !== undefined && one.rows > 0);
  const texts = [...new Set(queries.map(({ text }) => text))];
  const own = (text: string) => queries.filter((query) => query.text === text);
  const joined = (text: string, place: number) => {
    const told = own(text).flatMap((query) => tell(query, place) ?? []);
    return told.length === 0 ? undefined : [...new Set(told)].join("; ");
  };
  return {
    notes: new Map(texts.map((text) => [text, rows.map((place) => joined(text, place))])),
    blamed: new Map(
      texts.map((text) => [text, rows.map((place) => own(text).flatMap((query) => decided(query, place) ?? [])[0])]),
    ),
  };
}

const isEmpty = (parts: Subselect, counts: Values, place: number): boolean =>
  valueAt(counts, countSql(parts, parts.conditions), place) === "0";

/** Call after `loadParser`. */
export function asQueries(text: string, all: readonly Subselect[]): Query[] {
  return all.flatMap((parts) => {
    const tables = factsOf(parseStatements(`SELECT FROM ${parts.from}`)).tables;
    const within = namedQueries(parts.with).flatMap(({ name, query }) =>
      tables.includes(name) ? namedArms(name, query, parts.with) : [],
    );
    const size = parts.conditions.length;
    return size > MOST_CONDITIONS || (size === 0 && within.length === 0)
      ? []
      : [{ text, parts, tables: sourceOf(parts, tables), within }];
  });
}

/** The queries behind a name, without those that read on from what is there already (WITH RECURSIVE). */
function namedArms(name: string, query: string, named: string): Query[] {
  const arms = queriesIn(query, null).filter(
    ({ from }) => !factsOf(parseStatements(`SELECT FROM ${from}`)).tables.includes(name),
  );
  return asQueries(
    name,
    arms.map((parts) => ({ ...parts, with: named })),
  ).map((one) => ({ ...one, within: [] }));
}

/** Its tables, or the function that stands in place of one. */
const sourceOf = ({ from }: Subselect, tables: readonly string[]): string =>
  tables.length > 0 ? listed(tables) : (/^[\w."]+\(/.exec(from)?.[0].concat(")") ?? "its source");

/** Row security holds for a superuser nowhere. */
function seenBy(scope: Scope, role: string): string {
  const acting = actingIn(scope, role);
  return acting === "postgres" ? "" : ` that ${acting === role ? "this role" : acting} sees`;
}

function noteText(
  { tables }: Query,
  { condition, rows, sides }: Found,
  readValue: (sql: string) => string | null | undefined,
  { users, scope, role }: Questions,
): string {
  if (rows === 0) return `no row of ${tables}${seenBy(scope, role)} meets ${tidy(condition)}`;
  const shown = sides.flatMap(({ shown: text, sql }) => {
    const value = readValue(sql);
    return value === undefined ? [] : [showOperand(text, value, users)];
  });
  const there = shown.length === 0 ? "" : `: ${rows === 1 ? "there" : "in the first"} ${listed(shown)}`;
  return `${rows >= 100 ? "many rows" : plural(rows, "row")} of ${tables} ${rows === 1 ? "meets" : "meet"} all of it but ${tidy(condition)}${there}`;
}
