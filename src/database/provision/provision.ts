/** Makes and unmakes what the platform keeps in a database for its projects. */
import type { Client } from "pg";
import type { ProjectIdentity } from "../../project/identity.ts";
import { modes } from "../../project/mode/mode.ts";
import type { ModeName } from "../../project/mode/types.ts";
import { inTransaction } from "../script.ts";
import { accessSql } from "./access-sql.ts";
import { AUTH_UID, POSTGREST_HOOKS } from "./functions.ts";

/** Two projects whose ids share their first 12 digits; the platform answers 409 `tenant_short_id_collision`. */
export class TenantCollisionError extends Error {
  override readonly name = "TenantCollisionError";
  readonly code = "tenant_short_id_collision";
}

/**
 * Roles, the `auth` schema and (v2) PostgREST's hooks, in the database the client is connected to. Safe to repeat.
 * `password` is the login password of v2's `authenticator`. The client must be the superuser `postgres`.
 */
export async function bootstrapDatabase(client: Client, mode: ModeName, password?: string): Promise<void> {
  await requirePostgres(client);
  const { shared, hooks } = modes[mode];
  await inTransaction(client, async () => {
    await client.query(accessSql(shared, password));
    await client.query(AUTH_UID);
    if (hooks) await client.query(POSTGREST_HOOKS);
  });
}

/**
 * Schema, roles, privileges and settings of one project. Repeating it repairs it; on v1 that grants DML on every existing
 * table again, as the platform's repair does. Throws `TenantCollisionError` when the schema is another project's.
 */
export async function provisionProject(client: Client, project: ProjectIdentity, mode: ModeName): Promise<void> {
  const shape = modes[mode].access(project);
  await inTransaction(client, async () => {
    for (const schema of shape.schemas) {
      if (schema.comment !== undefined) await refuseCollision(client, schema.name, schema.comment);
    }
    await client.query(accessSql(shape));
    if (modes[mode].hooks) await client.query("notify pgrst, 'reload config'");
  });
}

async function requirePostgres(client: Client): Promise<void> {
  const { rows } = await client.query<{ ok: boolean }>(
    "select exists (select from pg_roles where rolname = 'postgres' and rolsuper) and current_user = 'postgres' as ok",
  );
  if (rows[0]?.ok !== true) {
    throw new Error(
      "The Postgres server must be used as the superuser `postgres`: schemas and grants of a Flux project belong to that role. Connect as postgres, or create it with: create role postgres superuser login;",
    );
  }
}

async function refuseCollision(client: Client, schema: string, marker: string): Promise<void> {
  const { rows } = await client.query<{ comment: string | null }>(
    "select obj_description(oid, 'pg_namespace') as comment from pg_namespace where nspname = $1",
    [schema],
  );
  const comment = rows[0]?.comment;
  if (comment?.startsWith("tenant:") && comment !== marker) {
    throw new TenantCollisionError(`Schema ${schema} belongs to ${comment}, not to ${marker}.`);
  }
}
