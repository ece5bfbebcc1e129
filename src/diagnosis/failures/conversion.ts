/** Values that their type does not take, found by having Postgres read them again one by one, as the request had them read. */
import { escapeIdentifier as name } from "pg";
import type { Inquiry } from "../inquiry.ts";
import type { SqlFailure } from "../replay/session.ts";
import { listed, quoteName, quoteText } from "../words.ts";

type Typed = readonly [name: string, type: string];

export const isSame = (one: SqlFailure | undefined, other: SqlFailure): boolean =>
  one !== undefined && one.sqlState === other.sqlState && one.message === other.message;

/**
 * How Postgres refuses a JSON object, or a list of them, read as these columns; undefined when it takes it. A single column
 * without a name is the text itself.
 */
export async function refusal(
  { session }: Inquiry,
  columns: readonly Typed[],
  value: unknown,
): Promise<SqlFailure | undefined> {
  const [first] = columns;
  if (first === undefined) return undefined;
  const tried = await session.attempt(() =>
    first[0] === ""
      ? session.query(`SELECT $1::text::${first[1]}`, [value])
      : session.query(
          `SELECT * FROM json_to_recordset($1) AS _(${columns.map(([column, type]) => `${name(column)} ${type}`).join(", ")})`,
          [JSON.stringify(Array.isArray(value) ? value : [value])],
        ),
  );
  return tried.ok ? undefined : tried.failure;
}

export interface Misread {
  /** From 0. */
  readonly row: number;
  readonly column: string;
}

/** Which value of which object it is that is refused like that; undefined when it is none of them. */
export async function misread(
  inquiry: Inquiry,
  rows: readonly Readonly<Record<string, unknown>>[],
  columns: readonly Typed[],
  failure: SqlFailure,
): Promise<Misread | undefined> {
  if (!isSame(await refusal(inquiry, columns, rows), failure)) return undefined;
  let [from, to] = [0, rows.length];
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    if (isSame(await refusal(inquiry, columns, rows.slice(from, middle)), failure)) to = middle;
    else from = middle;
  }
  for (const one of columns)
    if (isSame(await refusal(inquiry, [one], rows[from]), failure)) return { row: from, column: one[0] };
  return undefined;
}

/** What to send instead. `shown` is the type as a migration names it. */
export async function adviceFor(
  inquiry: Inquiry,
  { name: of, type, shown }: { readonly name: string; readonly type: string; readonly shown: string },
): Promise<string> {
  const what = of === "" ? "a body" : `${quoteName(of)} as`;
  if (type.endsWith("[]")) return `Send ${what} a JSON list of ${shown.slice(0, -2)}.`;
  const labels = await labelsOf(inquiry, type);
  if (labels !== undefined) return `Send ${what} ${labels}.`;
  if (/range$/.test(type)) return `Send ${what} ${shown}: a text such as [1,10), with its lower bound first.`;
  const kind = /^(?:date|time|timestamp|interval)/.test(type) ? ", in ISO 8601" : "";
  return `Send ${what} ${shown}${kind}.`;
}

/** `one of 'happy' or 'sad'`; undefined for types that are no enum. */
export async function labelsOf({ session }: Inquiry, type: string): Promise<string | undefined> {
  const found = await session.attempt(() =>
    session.query<{ label: string }>(
      "select enumlabel as label from pg_enum where enumtypid = to_regtype($1) order by enumsortorder",
      [type],
    ),
  );
  const labels = found.ok ? found.value.map(({ label }) => quoteText(label)) : [];
  return labels.length === 0 ? undefined : `${labels.length === 1 ? "" : "one of "}${listed(labels, "or")}`;
}
