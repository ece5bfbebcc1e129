/** A query that asks for one row and not for who asks: that row is not there, or row security hides it. */

import { splitPredicate } from "../predicates.ts";
import { plural, showOperand, tidy } from "../words.ts";
import { type Query, type Questions, rankOf, sidesOf } from "./blame.ts";
import { type Values, valueAt } from "./evaluate.ts";
import { actingIn, isTied, type Scope } from "./scope.ts";
import { countSql, valueSql } from "./subselect.ts";

interface Asked {
  readonly query: Query;
  /** What ties it to the policy's own row. */
  readonly tied: readonly string[];
  readonly rest: readonly string[];
}

/** By row. Undefined where it says nothing, because rows are seen or because they are chosen by who asks. */
export async function missingNotes(
  queries: readonly Query[],
  questions: Questions,
): Promise<ReadonlyMap<Query, ReadonlyArray<string | undefined>>> {
  const asked = (await Promise.all(queries.map((query) => askedFor(query, questions.scope)))).filter(
    (one) => one !== undefined,
  );
  if (asked.length === 0) return new Map();
  const { scope, ask, askUnsecured } = questions;
  const places = scope.samples.map((_, place) => place);
  const seen = await ask(asked.map(({ query, tied }) => countSql(query.parts, tied)));
  const missing = asked.filter(({ query, tied }) =>
    places.some((place) => valueAt(seen, countSql(query.parts, tied), place) === "0"),
  );
  if (missing.length === 0) return new Map();
  const sides = new Map<string, Awaited<ReturnType<typeof sidesOf>>>();
  for (const { tied, rest } of missing) for (const one of [...tied, ...rest]) sides.set(one, await sidesOf(one));
  const existing = await askUnsecured(
    missing.flatMap(({ query: { parts }, tied, rest }) => [
      countSql(parts, tied),
      ...rest.flatMap((one) => [
        countSql(parts, [...tied, one]),
        ...sides.get(one)!.map(({ sql }) => valueSql(parts, tied, sql)),
      ]),
    ]),
  );
  const own = await askOwn(missing, sides, questions);
  const text = ({ query, tied, rest }: Asked, place: number): string | undefined => {
    const { parts, tables } = query;
    if (valueAt(seen, countSql(parts, tied), place) !== "0") return undefined;
    const meets = [
      ...(parts.wanted === null ? [] : [`gives ${tidy(parts.wanted)}`]),
      ...(tied.length === 0 ? [] : [`meets ${tied.map(tidy).join(" AND ")}`]),
    ].join(" and ");
    const shown = (
      all: ReadonlyArray<{ shown: string; sql: string }>,
      read: (sql: string) => string | null | undefined,
    ) =>
      all.flatMap(({ shown: name, sql }) => {
        const value = read(sql);
        return value === undefined ? [] : [showOperand(name, value, questions.users)];
      });
    const count = Number(valueAt(existing, countSql(parts, tied), place) ?? 0);
    if (count === 0) {
      const values = shown(own.sides, (sql) => valueAt(own.values, sql, place));
      return `no row of ${tables} ${meets}${values.length === 0 ? "" : `: ${[...new Set(values)].join(" and ")}`}`;
    }
    const acting = actingIn(scope, questions.role);
    const hidden = `row security hides ${count === 1 ? "the row" : plural(count, "row")} of ${tables} that ${meets} from ${acting === questions.role ? "this role" : acting}`;
    const unmet = rest.find((one) => valueAt(existing, countSql(parts, [...tied, one]), place) === "0");
    if (unmet === undefined) return hidden;
    const there = shown(sides.get(unmet)!, (sql) => valueAt(existing, valueSql(parts, tied, sql), place));
    return `${hidden}, and it would not do either: ${tidy(unmet)} is not true of it${there.length === 0 ? "" : ` (${there.join(" and ")})`}`;
  };
  return new Map(missing.map((one) => [one.query, places.map((place) => text(one, place))]));
}

/** Undefined for a query that asks for the user's rows, or for any. */
async function askedFor(query: Query, scope: Scope): Promise<Asked | undefined> {
  const { conditions, wanted } = query.parts;
  const tied: string[] = [];
  const rest: string[] = [];
  for (const condition of conditions) {
    const rank = await rankOf(scope, condition);
    if (rank === 2) return undefined;
    (rank === 1 ? tied : rest).push(condition);
  }
  return query.within.length > 0 || (tied.length === 0 && wanted === null) ? undefined : { query, tied, rest };
}

/** Values of the policy's own row, or of a function's parameters, by which the row is looked for. */
async function askOwn(
  missing: readonly Asked[],
  sides: ReadonlyMap<string, Awaited<ReturnType<typeof sidesOf>>>,
  { scope, ask }: Questions,
): Promise<{ readonly sides: Awaited<ReturnType<typeof sidesOf>>; readonly values: Values }> {
  const own: Array<{ shown: string; sql: string }> = [];
  for (const { query, tied } of missing) {
    const { wanted } = query.parts;
    if (wanted !== null) own.push({ shown: wanted, sql: wanted });
    for (const one of tied.flatMap((condition) => sides.get(condition) ?? []))
      if (isTied(scope, one.sql, (await splitPredicate(one.sql)).facts)) own.push(one);
  }
  return { sides: own, values: await ask(own.map(({ sql }) => sql)) };
}
