/** Expressions of policies, evaluated for given rows under a given role: what Postgres itself saw, piece by piece. */
import { escapeIdentifier as name } from "pg";
import type { Identity, Session, SqlFailure } from "../replay/session.ts";
import { actingIn, inScope, type Scope } from "./scope.ts";

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
  scope: Scope,
  expressions: readonly string[],
  identity: Identity | null,
): Promise<Values> {
  const unique = [...new Set(expressions)];
  const { samples } = scope;
  if (samples.length === 0 || unique.length === 0) return new Map();
  const together = await ask(session, scope, unique, identity);
  if ("rows" in together)
    return new Map(unique.map((text, index) => [text, together.rows.map((row) => ({ value: row?.[index] ?? null }))]));
  const values = new Map<string, readonly Evaluated[]>();
  if (unique.length === 1 && samples.length === 1) return values.set(unique[0]!, [together]);
  // One of them raised: each by itself, and where that fails each row by itself.
  for (const text of unique) {
    if (unique.length > 1) values.set(text, (await evaluate(session, scope, [text], identity)).get(text)!);
    else values.set(text, await eachRow(session, scope, text, identity));
  }
  return values;
}

async function eachRow(session: Session, scope: Scope, text: string, identity: Identity | null): Promise<Evaluated[]> {
  const results: Evaluated[] = [];
  for (const sample of scope.samples)
    results.push((await evaluate(session, { ...scope, samples: [sample] }, [text], identity)).get(text)![0]!);
  return results;
}

/** A row is null where a STRICT function was not run for it. */
type Asked = { readonly rows: ReadonlyArray<readonly (string | null)[] | null> } | { readonly failure: SqlFailure };

async function ask(
  session: Session,
  scope: Scope,
  expressions: readonly string[],
  identity: Identity | null,
): Promise<Asked> {
  const { schema, name: table } = scope.relation;
  const inner = inScope(scope, expressions);
  const sql = `SELECT ${inner.sql} AS "flux_dev_values"
    FROM unnest($1::text[]) WITH ORDINALITY AS "flux_dev_rows"("flux_dev_raw", "flux_dev_place"),
      LATERAL pg_catalog.unnest(ARRAY["flux_dev_raw"::${name(schema)}.${name(table)}]) AS ${name(table)}
    ORDER BY "flux_dev_place"`;
  const raw = scope.samples.map((sample) => sample.raw);
  const work = () => session.query<{ flux_dev_values: (string | null)[] | null }>(sql, [raw]);
  const prepared = [...(identity?.prepared ?? []), ...inner.prepared];
  const tried = await (identity === null
    ? session.attempt(async () => {
        if (prepared.length > 0) await session.run(prepared.join(";"));
        return work();
      })
    : session.as({ ...identity, prepared, readOnly: true }, work));
  if (tried.ok) return { rows: tried.value.map((row) => row.flux_dev_values) };
  const closed = identity === null ? undefined : closedSchema(tried.failure);
  if (identity === null || closed === undefined) return { failure: tried.failure };
  const before = identity.prepared ?? [];
  const opened = `GRANT USAGE ON SCHEMA ${name(closed)} TO ${name(actingIn(scope, identity.role))}`;
  if (before.includes(opened)) return { failure: tried.failure };
  return ask(session, scope, expressions, { ...identity, prepared: [...before, opened] });
}

/** A stored policy, or standard body, has found its names long ago; only its text, read anew, needs USAGE on their schemas. */
const closedSchema = ({ message }: SqlFailure): string | undefined =>
  /^permission denied for schema (.+)$/.exec(message)?.[1];
