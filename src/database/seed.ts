/** Seed files: the emulator's own, since the platform has none. */
import { type Client, escapeIdentifier as name } from "pg";
import type { ProjectIdentity } from "../project/identity.ts";
import { modes } from "../project/mode/mode.ts";
import type { ModeName } from "../project/mode/types.ts";
import { withReason } from "./push/reasons.ts";
import type { PushInput } from "./push/types.ts";
import { runAsSuperuser } from "./push/v1.ts";
import { forceRowSecurity, refuseTransactionEnd, runAsOwner } from "./push/v2.ts";
import { forgetSession, inTransaction } from "./script.ts";
import { normalizeSql } from "./sql/normalize.ts";
import { placeInFile } from "./sql-error.ts";

/**
 * Runs one seed file as the owner of the tables, in one transaction, adapted like a push. On v2 row security binds the
 * owner as well, so FORCE is lifted for the transaction and put back before it commits; nobody else ever sees it lifted,
 * because ALTER TABLE locks the tables. On v1 the owner is the superuser, whom row security never binds.
 * Throws `ProjectSqlError`.
 */
export async function seedSql(
  client: Client,
  project: ProjectIdentity,
  mode: ModeName,
  file: { readonly shown: string; readonly sql: string },
): Promise<void> {
  const input: PushInput = { name: file.shown, shown: file.shown, sql: file.sql, mode: "raw" };
  const normalized = normalizeSql(file.sql);
  const names = modes[mode].names(project);
  if (mode === "v2") refuseTransactionEnd(input, normalized);
  try {
    await inTransaction(client, async () => {
      if (mode === "v1") {
        await runAsSuperuser(client, names, input, normalized);
      } else {
        const forced = await liftForce(client, names.schema);
        await runAsOwner(client, names, input, normalized);
        // ALTER TABLE refuses a table with pending trigger events, which deferred constraints leave behind.
        await client.query("set constraints all immediate");
        await restoreForce(client, forced);
        await forceRowSecurity(client, names.schema);
      }
      await client.query("notify pgrst, 'reload schema'");
    });
  } catch (error) {
    throw withReason(placeInFile(error, file.shown), mode);
  } finally {
    await forgetSession(client);
  }
}

/** Object ids of the tables whose FORCE was taken away. */
async function liftForce(client: Client, schema: string): Promise<number[]> {
  const { rows } = await client.query<{ oid: number; name: string }>(
    `select c.oid::int as oid, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relkind in ('r', 'p') and c.relforcerowsecurity`,
    [schema],
  );
  await alterAll(
    client,
    rows.map((row) => `${name(schema)}.${name(row.name)}`),
    "no force",
  );
  return rows.map((row) => row.oid);
}

async function restoreForce(client: Client, oids: readonly number[]): Promise<void> {
  // The seed may have renamed or dropped one.
  const { rows } = await client.query<{ table: string }>(
    "select oid::regclass::text as table from pg_class where oid = any($1::oid[])",
    [oids],
  );
  await alterAll(
    client,
    rows.map((row) => row.table),
    "force",
  );
}

async function alterAll(client: Client, tables: readonly string[], force: "force" | "no force"): Promise<void> {
  if (tables.length === 0) return;
  await client.query(tables.map((table) => `alter table ${table} ${force} row level security`).join(";"));
}
