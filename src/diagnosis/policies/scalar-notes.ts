/** What a query that stands for one value gave the request's role: no row, a row with NULL in it, or more rows than one. */
import type { KnownUser } from "../context.ts";
import { type ScalarSelect, scalarSelects } from "../predicates/scalars.ts";
import type { Predicate } from "../predicates.ts";
import { listed, plural } from "../words.ts";
import { type Values, valueAt } from "./evaluate.ts";
import { countSql, valuesSql } from "./operands.ts";
import { queryParts } from "./subselect.ts";
import { type Ask, asQuery, type Notes, queryNotes } from "./subselect-notes.ts";

const MOST = 4;

export interface ScalarQuestions {
  /** Evaluates as the request's role. */
  readonly ask: Ask;
  /** The same with nothing under row security. */
  readonly askUnsecured: Ask;
  readonly users: readonly KnownUser[];
}

/** `leaves` are not true for some of the rows of the table `outer`. Silent where the query gives a value: that is shown. */
export async function scalarNotes(
  leaves: readonly Predicate[],
  outer: string,
  places: number,
  { ask, askUnsecured, users }: ScalarQuestions,
): Promise<Notes> {
  const found = leaves
    .flatMap(({ text }) => scalarSelects(text).map((scalar) => ({ leaf: text, ...scalar })))
    .slice(0, MOST);
  if (found.length === 0) return new Map();
  const selects = found.map(({ select }) => select);
  const seen = await ask(selects.flatMap((select) => [countSql(select), valuesSql(select), valueSql(select)]));
  const existing = await askUnsecured(selects.map(countSql));
  const reasons = await queryNotes(
    found.flatMap(({ select, tables }) => asQuery(select, queryParts(select, null), tables)),
    outer,
    places,
    users,
    ask,
  );
  const notes = new Map<string, Array<string | undefined>>();
  for (const { leaf, ...scalar } of found) {
    const texts = notes.get(leaf) ?? [];
    notes.set(leaf, texts);
    for (let place = 0; place < places; place += 1)
      texts[place] ??= noteText(scalar, place, { seen, existing, reason: reasons.get(scalar.select)?.[place] });
  }
  return notes;
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

function noteText({ select, tables }: ScalarSelect, place: number, { seen, existing, reason }: Answers) {
  const rows = valueAt(seen, countSql(select), place);
  const named = `the sub-select on ${listed(tables)}`;
  if (rows === undefined) return undefined;
  if (Number(rows) > 1)
    return `${named} finds ${Number(rows) >= 100 ? "many" : rows} rows (${valueAt(seen, valuesSql(select), place)}) where one value is wanted`;
  if (rows === "1")
    return valueAt(seen, valueSql(select), place) === null
      ? `${named} finds one row, and what it selects is NULL there`
      : undefined;
  const hidden = Number(valueAt(existing, countSql(select), place) ?? 0);
  if (hidden > 0) return `${named} finds no row, so it gives NULL: row security hides ${plural(hidden, "row")} from it`;
  return `${named} finds no row, so it gives NULL${reason === undefined ? "" : `: ${reason}`}`;
}
