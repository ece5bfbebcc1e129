/** Takes away what flux-dev made on a given server for one project. */
import { type Client, escapeIdentifier as name } from "pg";
import { ROLE_MARK, readDatabaseComment } from "./marks.ts";
import { connected } from "./open.ts";

/** Databases of the project, then the marked roles that nobody needs any more. Returns their names. */
export function purgeGivenServer(url: string, project: string): Promise<string[]> {
  return connected(url, async (client) => {
    const databases = await ownDatabases(client);
    const gone = databases.filter(({ mark }) => mark?.project === project).map(({ datname }) => datname);
    for (const database of gone) await client.query(`drop database if exists ${name(database)} with (force)`);
    // Other projects' databases on this server may stand on the same roles; which ones only Postgres knows.
    const { rows: roles } = await client.query<{ rolname: string }>(
      "select rolname from pg_roles where shobj_description(oid, 'pg_authid') = $1",
      [ROLE_MARK],
    );
    const shared = databases.some(({ datname }) => !gone.includes(datname));
    const dropped: string[] = [];
    for (const { rolname } of roles) {
      if (shared && !rolname.startsWith("t_")) continue;
      if (await dropRole(client, rolname)) dropped.push(rolname);
    }
    return [...gone, ...dropped];
  });
}

async function ownDatabases(client: Client) {
  const { rows } = await client.query<{ datname: string; comment: string | null }>(
    "select datname, shobj_description(oid, 'pg_database') as comment from pg_database",
  );
  return rows
    .map(({ datname, comment }) => ({ datname, mark: readDatabaseComment(comment) }))
    .filter(({ mark }) => mark !== undefined);
}

/** False when something still depends on the role: another project, or what somebody granted by hand. */
async function dropRole(client: Client, role: string): Promise<boolean> {
  try {
    await client.query(`drop role if exists ${name(role)}`);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === "2BP01") return false;
    throw error;
  }
}
