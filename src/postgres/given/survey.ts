/** What is on a given server: read before anything is changed there. */
import type { Client } from "pg";
import { type ServerVersion, serverVersion } from "../version.ts";
import { type DatabaseMark, ROLE_MARK, readDatabaseComment } from "./marks.ts";

export interface Survey {
  readonly version: ServerVersion;
  readonly user: string;
  /** What the URL names. */
  readonly database: string;
  readonly superuser: boolean;
  /** A standby cannot be written to. */
  readonly standby: boolean;
  /** The same for every stack on this server, and for no other server. */
  readonly systemIdentifier: string;
  readonly own: readonly { readonly name: string; readonly mark: DatabaseMark }[];
  readonly foreign: readonly { readonly name: string; readonly bytes: number }[];
  /** Somebody's tables, views and functions in the database that the URL names. */
  readonly foreignObjects: number;
  /** Roles that flux-dev would change and did not make. */
  readonly foreignRoles: readonly string[];
}

/** `roles`: the names that the project's mode needs. */
export async function survey(client: Client, roles: readonly string[]): Promise<Survey> {
  const { rows: facts } = await client.query<Pick<Survey, "user" | "database" | "superuser" | "standby">>(
    `select current_user as user, current_database() as database, pg_is_in_recovery() as standby,
            (select rolsuper from pg_roles where rolname = current_user) as superuser`,
  );
  const base = { ...facts[0]!, version: await serverVersion(client) };
  // Nobody else may ask for the sizes of databases.
  if (!base.superuser) {
    return { ...base, systemIdentifier: "", own: [], foreign: [], foreignObjects: 0, foreignRoles: [] };
  }
  const { rows: databases } = await client.query<{ name: string; comment: string | null; bytes: string }>(
    `select datname as name, shobj_description(oid, 'pg_database') as comment, pg_database_size(oid) as bytes
       from pg_database where not datistemplate order by datname`,
  );
  const marked = databases.map(({ name, comment, bytes }) => ({
    name,
    bytes: Number(bytes),
    mark: readDatabaseComment(comment),
  }));
  const { rows: identity } = await client.query<{ id: string }>(
    "select system_identifier::text as id from pg_control_system()",
  );
  return {
    ...base,
    systemIdentifier: identity[0]!.id,
    own: marked.flatMap(({ name, mark }) => (mark === undefined ? [] : [{ name, mark }])),
    // A name of ours without a mark is a database that another process has just made and not marked yet.
    foreign: marked.filter(({ name, mark }) => mark === undefined && !name.startsWith("flux_")),
    foreignObjects: await countObjects(client),
    foreignRoles: await unmarked(client, roles),
  };
}

async function countObjects(client: Client): Promise<number> {
  const { rows } = await client.query<{ count: string }>(
    `select count(*) as count
       from (select relnamespace as schema, 'pg_class'::regclass as kind, oid from pg_class where relkind in ('r', 'p', 'v', 'm', 'f', 'S')
             union all select pronamespace, 'pg_proc'::regclass, oid from pg_proc) object
       join pg_namespace n on n.oid = object.schema
      where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
        and not exists (select from pg_depend d where d.classid = object.kind and d.objid = object.oid and d.deptype = 'e')`,
  );
  return Number(rows[0]!.count);
}

async function unmarked(client: Client, roles: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select rolname as name from pg_roles
      where rolname = any($1) and shobj_description(oid, 'pg_authid') is distinct from $2 order by rolname`,
    [roles, ROLE_MARK],
  );
  return rows.map(({ name }) => name);
}
