/** SQL as the superuser, for arranging and for looking behind the API. */
import type { Client, QueryResultRow } from "pg";

/** A tagged template: every value becomes a parameter. Resolves with the rows. */
export type Sql = <Row extends QueryResultRow = QueryResultRow>(
  strings: TemplateStringsArray,
  ...values: readonly unknown[]
) => Promise<Row[]>;

/** `schema` is where names without one are looked for first. Text without values may hold several statements. */
export function sqlTag(connect: () => Promise<Client>, schema: () => string): Sql {
  const prepared = new WeakSet<Client>();
  return async <Row extends QueryResultRow>(strings: TemplateStringsArray, ...values: readonly unknown[]) => {
    const client = await connect();
    if (!prepared.has(client)) {
      prepared.add(client);
      await client.query("select set_config('search_path', $1, false)", [`${schema()}, public, auth`]);
    }
    const text = strings.reduce((before, part, index) => `${before}$${index}${part}`);
    const result = await (values.length === 0 ? client.query<Row>(text) : client.query<Row>(text, [...values]));
    // Several statements give several results; the last one's rows are what the caller is after.
    return (Array.isArray(result) ? (result.at(-1) as typeof result) : result).rows;
  };
}
