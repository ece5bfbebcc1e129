/**
 * Questions to Postgres' catalogs. The whole answer is one text, a JSON list of rows, and every parameter is a text, so a
 * question reads the same through any driver and fits into a pipelined batch of text-format statements.
 */

/** Runs one statement on one connection. `pg`'s `client.query` fits. */
export type SqlQuery = (text: string, values?: unknown[]) => Promise<{ rows: Array<Record<string, unknown>> }>;

export interface CatalogQuery<Row> {
  /** Answers one row with one column, `answer`. */
  readonly text: string;
  readonly values: readonly string[];
  /** The rows in the text of column `answer`. */
  decode(answer: string): Row[];
}

/** Wraps a plain select into a catalog query. Lists become JSON texts, to be read with `namedIn` or `listOf`. */
export function catalogQuery<Row>(
  select: string,
  ...values: ReadonlyArray<string | readonly string[]>
): CatalogQuery<Row> {
  return {
    text: `select coalesce(json_agg(found), '[]')::text as answer from (${select}) found`,
    values: values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))),
    decode: (answer) => JSON.parse(answer) as Row[],
  };
}

/** Asks and decodes. */
export async function ask<Row>(query: SqlQuery, question: CatalogQuery<Row>): Promise<Row[]> {
  const { rows } = await query(question.text, [...question.values]);
  return question.decode(String(rows[0]?.["answer"]));
}

/** The SQL of the texts in a list parameter, as rows. */
export const listOf = (parameter: `$${number}`): string => `(select json_array_elements_text(${parameter}::json))`;

/** The SQL of "is one of the names in that list parameter". */
export const namedIn = (parameter: `$${number}`): string => `in ${listOf(parameter)}`;
