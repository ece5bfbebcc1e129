/** The marked roles of a given server. */
import { type Client, escapeIdentifier as name, escapeLiteral as text } from "pg";
import { ROLE_MARK, readDatabaseComment } from "./marks.ts";

/** Roles are marked as they are made; a killed start leaves none that the next would take for somebody's. */
export async function makeRoles(client: Client, roles: readonly string[]): Promise<void> {
  for (const role of roles) {
    const { rowCount } = await client.query("select from pg_roles where rolname = $1", [role]);
    if (rowCount === 0)
      await client.query(`create role ${name(role)}; comment on role ${name(role)} is ${text(ROLE_MARK)}`);
  }
}

/** Drops the marked roles that nothing needs any more: all of them when no marked database is left. Returns their names. */
export async function dropUnusedRoles(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ comment: string | null }>(
    "select shobj_description(oid, 'pg_database') as comment from pg_database",
  );
  const shared = rows.some(({ comment }) => readDatabaseComment(comment) !== undefined);
  const { rows: roles } = await client.query<{ rolname: string }>(
    "select rolname from pg_roles where shobj_description(oid, 'pg_authid') = $1",
    [ROLE_MARK],
  );
  const dropped: string[] = [];
  for (const { rolname } of roles) {
    // Tenants' roles are their project's; every project needs the others.
    if (shared && !rolname.startsWith("t_")) continue;
    if (await dropRole(client, rolname)) dropped.push(rolname);
  }
  return dropped;
}

/** False when something still depends on the role: another database of the project, or what somebody granted by hand. */
async function dropRole(client: Client, role: string): Promise<boolean> {
  try {
    await client.query(`drop role if exists ${name(role)}`);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === "2BP01") return false;
    throw error;
  }
}
