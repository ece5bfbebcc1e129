/**
 * What a query that stands for one value gave: no row, a row with NULL in it, or more rows than one. Such queries stand in
 * expressions, and functions consist of them.
 */
import { insideAt, scalarSelects } from "../predicates/scalars.ts";
import type { Predicate } from "../predicates.ts";
import { BODY_QUERY, listed, plural, SUBSELECT } from "../words.ts";
import type { Questions } from "./blame.ts";
import { type Values, valueAt } from "./evaluate.ts";
import { countSql, valuesSql } from "./operands.ts";
import { queryParts, type Subselect } from "./subselect.ts";
import { asQueries, queryNotes, type Told } from "./subselect-notes.ts";

const MOST = 4;

interface Scalar {
  /** The leaf's text. */
  readonly leaf: string;
  readonly select: string;
  readonly tables: readonly string[];
  /** The whole of a function's body, which takes the first of several rows and raises nothing. */
  readonly isBody: boolean;
}

/** `leaves` are not true for some of the rows. Silent where the query gives a value: that is shown. */
export async function scalarNotes(leaves: readonly Predicate[], questions: Questions): Promise<Told> {
  const found = leaves.flatMap(scalarsOf).slice(0, MOST);
  if (found.length === 0) return { notes: new Map(), blamed: new Map() };
  const selects = found.map(({ select }) => select);
  const seen = await questions.ask(
    selects.flatMap((select) => [countSql(select), valuesSql(select), valueSql(select)]),
  );
  const existing = await questions.askUnsecured(selects.map(countSql));
  const reasons = await queryNotes(
    found.flatMap(({ select }) =>
      asQueries(
        select,
        [askingParts(select)].filter((parts) => parts !== undefined),
      ),
    ),
    questions,
  );
  const notes = new Map<string, Array<string | undefined>>();
  for (const { leaf, ...scalar } of found) {
    const texts = notes.get(leaf) ?? [];
    notes.set(leaf, texts);
    for (const place of questions.scope.samples.keys())
      texts[place] ??= noteText(scalar, place, { seen, existing, reason: reasons.notes.get(scalar.select)?.[place] });
  }
  const blamed = found.flatMap(({ leaf, select }) => {
    const own = reasons.blamed.get(select);
    return own === undefined ? [] : [[leaf, own] as const];
  });
  return { notes, blamed: new Map(blamed) };
}

const scalarsOf = ({ text, leaf, facts }: Predicate): Scalar[] =>
  leaf?.kind === "query"
    ? [{ leaf: text, select: leaf.select, tables: facts.tables, isBody: true }]
    : scalarSelects(text).map((scalar) => ({ leaf: text, ...scalar, isBody: false }));

const COMPARES = /(?:[=<>~]| is | in \(| like |^not )/i;
const AGGREGATES = /\b(?:count|max|min|sum|avg|array_agg|string_agg|jsonb?_agg|bool_or|bool_and|every)\s*\(/i;

const isAggregate = ({ target }: Subselect): boolean => AGGREGATES.test(target);

/** `SELECT role = 'admin' FROM members WHERE …` asks for one thing more, and so does `bool_or(role = 'admin')`. */
function askedIn(parts: Subselect): string | undefined {
  const { target } = parts;
  if (!isAggregate(parts)) return COMPARES.test(target) ? target : undefined;
  const made = /^(?:coalesce ?\( ?)?bool_or ?\(/i.exec(target)?.[0];
  return made === undefined ? undefined : insideAt(target, made.length - 1);
}

/** The query with what it asks for as a condition. */
function askingParts(select: string): Subselect | undefined {
  const parts = queryParts(select, null);
  const asked = parts === undefined ? undefined : askedIn(parts);
  return parts === undefined || asked === undefined ? parts : { ...parts, conditions: [...parts.conditions, asked] };
}

/** Of one row; unlike the query itself it raises nothing where there are several. */
const valueSql = (select: string): string =>
  `(SELECT max("flux_dev_v"::text) FROM (${select}) AS "flux_dev_s"("flux_dev_v"))`;

interface Answers {
  readonly seen: Values;
  readonly existing: Values;
  /** Which of its conditions no row meets. */
  readonly reason: string | undefined;
}

function noteText(
  { select, tables, isBody }: Omit<Scalar, "leaf">,
  place: number,
  { seen, existing, reason }: Answers,
) {
  const rows = valueAt(seen, countSql(select), place);
  if (rows === undefined || tables.length === 0) return undefined;
  const named = `${isBody ? BODY_QUERY : SUBSELECT} on ${listed(tables)}`;
  const value = valueAt(seen, valueSql(select), place);
  if (Number(rows) > 1) {
    const found = `${named} finds ${Number(rows) >= 100 ? "many" : rows} rows (${valueAt(seen, valuesSql(select), place)})`;
    return isBody ? `${found}, of which the first counts` : `${found} where one value is wanted`;
  }
  const why = reason === undefined ? "" : `: ${reason}`;
  if (rows === "1") {
    const nothing = value === null ? `${named} finds one row, and what it selects is NULL there` : undefined;
    const parts = queryParts(select, null);
    if (parts === undefined || (value !== null && value !== "false" && value !== "0")) return nothing;
    if (isAggregate(parts)) return reason ?? nothing;
    if (askedIn(parts) === undefined) return nothing;
    return nothing === undefined ? reason : `${nothing}${why}`;
  }
  const hidden = Number(valueAt(existing, countSql(select), place) ?? 0);
  if (hidden > 0) return `${named} finds no row, so it gives NULL: row security hides ${plural(hidden, "row")} from it`;
  return `${named} finds no row, so it gives NULL${why}`;
}
