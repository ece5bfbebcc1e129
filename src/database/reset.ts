/** Back to a database without the project's own objects, keeping connections and roles. */
import { type Client, escapeIdentifier as name } from "pg";
import type { ProjectIdentity } from "../project/identity.ts";
import { modes } from "../project/mode/mode.ts";
import type { ModeName } from "../project/mode/types.ts";
import { bootstrapDatabase, provisionProject } from "./provision/provision.ts";

/**
 * v2: drops and provisions the tenant's schema and forgets its ledger rows; other tenants are untouched. v1: the database
 * is the project's own, so every schema goes, and what the platform puts into a new one comes back.
 * `password` as for `bootstrapDatabase`.
 */
export async function resetDatabase(
  client: Client,
  project: ProjectIdentity,
  mode: ModeName,
  password?: string,
): Promise<void> {
  if (mode === "v1") {
    await dropEverything(client);
    await bootstrapDatabase(client, mode, password);
  } else {
    const { schema } = modes.v2.names(project);
    await client.query(`drop schema if exists ${name(schema)} cascade`);
    for (const ledger of ["flux.flux_migrations", "flux.flux_repeatable_scripts"]) await forget(client, ledger, schema);
  }
  await provisionProject(client, project, mode);
  await client.query("notify pgrst, 'reload schema'");
}

async function dropEverything(client: Client): Promise<void> {
  const { rows } = await client.query<{ nspname: string }>(
    "select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'",
  );
  const drops = rows.map((row) => `drop schema ${name(row.nspname)} cascade;`);
  // As initdb makes it.
  await client.query(
    `${drops.join("\n")}
     create schema public authorization pg_database_owner;
     comment on schema public is 'standard public schema';
     grant usage on schema public to public;`,
  );
}

async function forget(client: Client, ledger: string, schema: string): Promise<void> {
  const { rows } = await client.query<{ there: boolean }>("select to_regclass($1) is not null as there", [ledger]);
  if (rows[0]!.there) await client.query(`delete from ${ledger} where tenant_schema = $1`, [schema]);
}
