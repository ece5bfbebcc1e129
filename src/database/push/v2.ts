/** How a push runs on v2: as the tenant's owner role, adapted, in one transaction that forces row security at its end. */
import { type Client, escapeIdentifier as name } from "pg";
import type { ModeNames } from "../../project/mode/types.ts";
import { runScript, ScriptFailure } from "../script.ts";
import { adaptSql } from "../sql/adapt.ts";
import { chain, type EditedText, lineAndColumn } from "../sql/edits.ts";
import { ESCALATION_TEXT, findEscalation, findTransactionEnd } from "../sql/scan.ts";
import { ProjectSqlError, placeError } from "../sql-error.ts";
import { type PushInput, PushRefused } from "./types.ts";

/** What the platform refuses by reading the text, before a connection is opened. */
export function refuseByText(input: PushInput, normalized: EditedText): void {
  if (input.sql.trim() === "")
    throw new PushRefused("sql is empty", { hint: "Write SQL into the file, or remove it." });
  const found = findEscalation(normalized.text);
  if (found === undefined) return;
  const { line, column } = lineAndColumn(input.sql, normalized.sourceOffset(found.offset));
  throw new PushRefused(ESCALATION_TEXT, {
    hint: `The platform searches the plain text, comments and strings included, and finds "${found.text}" at ${input.shown}:${line}:${column}. If that is a column, write it in quotes: SET "role" = …`,
  });
}

/**
 * The platform lets a COMMIT end its transaction and runs the rest as its superuser. That is a hole, not a feature, so the
 * emulator refuses what would fall into it.
 */
export function refuseTransactionEnd(input: PushInput, normalized: EditedText): void {
  const found = findTransactionEnd(normalized.text);
  if (found === undefined) return;
  throw new ProjectSqlError({
    file: input.shown,
    message: `${found.command} is not allowed here: the file runs in one transaction already, and what follows would run outside it as the superuser`,
    sqlState: "2D000",
    ...lineAndColumn(input.sql, normalized.sourceOffset(found.statement.start)),
    statement: found.statement.text,
    hint: "Remove BEGIN and COMMIT from the file.",
  });
}

/** As the owner role, in the tenant's schema alone, all statements in one query. */
export async function runAsOwner(
  client: Client,
  names: ModeNames,
  input: PushInput,
  normalized: EditedText,
): Promise<void> {
  const sent = chain(normalized, adaptSql(normalized.text, names));
  await client.query(`set local role ${name(names.ownerRole)}; set local search_path = ${name(names.schema)}`);
  try {
    await runScript(client, sent.text);
  } catch (error) {
    if (!(error instanceof ScriptFailure)) throw error;
    throw placeError(error.cause, { file: input.shown, source: input.sql, sent, completed: error.completed });
  }
  await client.query("reset role");
}

/**
 * Forces row security on the owner too. Partitioned parents are left out, as on the platform, and so is a table whose
 * comment holds `flux:no-force-rls`.
 */
export async function forceRowSecurity(client: Client, schema: string): Promise<void> {
  const { rows } = await client.query<{ table: string }>(
    `select c.oid::regclass::text as table
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relkind = 'r' and c.relrowsecurity and not c.relforcerowsecurity
        and coalesce(obj_description(c.oid, 'pg_class'), '') not like '%flux:no-force-rls%'
      order by c.relname`,
    [schema],
  );
  if (rows.length === 0) return;
  await client.query(rows.map(({ table }) => `alter table ${table} force row level security`).join(";"));
}

/** An object owned by the role of the requests would escape its own policies. */
export async function refuseRuntimeOwned(client: Client, names: ModeNames): Promise<void> {
  const { rows } = await client.query<{ n: number }>(
    `select count(*)::int as n
       from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_roles r on r.oid = c.relowner
      where n.nspname = $1 and r.rolname = $2 and c.relkind in ('r', 'p', 'v', 'm', 'S')`,
    [names.schema, names.userRole],
  );
  const count = rows[0]!.n;
  if (count > 0) {
    throw new PushRefused(
      `Refusing push: ${count} object(s) in ${names.schema} are owned by the runtime role ${names.userRole}, which bypasses RLS`,
      { hint: `Leave ALTER … OWNER TO out of the file: what a push makes belongs to ${names.ownerRole}.` },
    );
  }
}
