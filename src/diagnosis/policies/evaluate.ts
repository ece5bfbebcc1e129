/** Expressions of policies, evaluated for given rows under a given role: what Postgres itself saw, piece by piece. */
import { escapeIdentifier as name } from "pg";
import type { Relation } from "../catalog/types.ts";
import type { Identity, Session, SqlFailure } from "../replay/session.ts";

/** A row as text of its table's composite type, and as JSON for showing. */
export interface Sample {
  readonly raw: string;
  readonly json: Readonly<Record<string, unknown>>;
}

export type Evaluated = { readonly value: string | null } | { readonly failure: SqlFailure };

/** By expression, then by row. */
export type Values = ReadonlyMap<string, readonly Evaluated[]>;

/** Of the row at that place; undefined where the expression could not be evaluated. */
export function valueAt(values: Values, text: string, place: number): string | null | undefined {
  const evaluated = values.get(text)?.[place];
  return evaluated === undefined || "failure" in evaluated ? undefined : evaluated.value;
}

/**
 * Runs read-only, so an expression that writes fails instead. A row becomes a table expression of its table's name and
 * type, so that the expression's columns mean this row, while tables in sub-selects are those that the role sees.
 */
export async function evaluate(
  session: Session,
  relation: Pick<Relation, "schema" | "name">,
  samples: readonly Sample[],
  expressions: readonly string[],
  identity: Identity | null,
): Promise<Values> {
  const unique = [...new Set(expressions)];
  if (samples.length === 0 || unique.length === 0) return new Map();
  const together = await ask(session, relation, samples, unique, identity);
  if ("rows" in together)
    return new Map(unique.map((text, index) => [text, together.rows.map((row) => ({ value: row[index] ?? null }))]));
  const values = new Map<string, readonly Evaluated[]>();
  if (unique.length === 1 && samples.length === 1) return values.set(unique[0]!, [together]);
  // One of them raised: each by itself, and where that fails each row by itself.
  for (const text of unique) {
    if (unique.length > 1) values.set(text, (await evaluate(session, relation, samples, [text], identity)).get(text)!);
    else values.set(text, await eachRow(session, relation, samples, text, identity));
  }
  return values;
}

async function eachRow(
  session: Session,
  relation: Pick<Relation, "schema" | "name">,
  samples: readonly Sample[],
  text: string,
  identity: Identity | null,
): Promise<Evaluated[]> {
  const results: Evaluated[] = [];
  for (const sample of samples)
    results.push((await evaluate(session, relation, [sample], [text], identity)).get(text)![0]!);
  return results;
}

type Asked = { readonly rows: ReadonlyArray<readonly (string | null)[]> } | { readonly failure: SqlFailure };

async function ask(
  session: Session,
  { schema, name: table }: Pick<Relation, "schema" | "name">,
  samples: readonly Sample[],
  expressions: readonly string[],
  identity: Identity | null,
): Promise<Asked> {
  const columns = expressions.map((text) => `(${text})::text`).join(", ");
  const sql = `SELECT ARRAY[${columns}]::text[] AS "flux_dev_values"
    FROM unnest($1::text[]) WITH ORDINALITY AS "flux_dev_rows"("flux_dev_raw", "flux_dev_place"),
      LATERAL pg_catalog.unnest(ARRAY["flux_dev_raw"::${name(schema)}.${name(table)}]) AS ${name(table)}
    ORDER BY "flux_dev_place"`;
  const work = () => session.query<{ flux_dev_values: (string | null)[] }>(sql, [samples.map(({ raw }) => raw)]);
  const tried = await (identity === null ? session.attempt(work) : session.as({ ...identity, readOnly: true }, work));
  if (tried.ok) return { rows: tried.value.map((row) => row.flux_dev_values) };
  const closed = identity === null ? undefined : closedSchema(tried.failure);
  if (identity === null || closed === undefined) return { failure: tried.failure };
  const prepared = identity.prepared ?? [];
  const opened = `GRANT USAGE ON SCHEMA ${name(closed)} TO ${name(identity.role)}`;
  if (prepared.includes(opened)) return { failure: tried.failure };
  return ask(session, { schema, name: table }, samples, expressions, { ...identity, prepared: [...prepared, opened] });
}

/** A stored policy has found its names long ago; only its text, read anew, needs USAGE on their schemas. */
const closedSchema = ({ message }: SqlFailure): string | undefined =>
  /^permission denied for schema (.+)$/.exec(message)?.[1];
