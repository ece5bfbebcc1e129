/** What the database says about the configuration: settings of the authenticator, and of the roles it may become. */
import type { Dialect } from "../dialect.ts";
import { ask, type CatalogQuery, catalogQuery, namedIn, type SqlQuery } from "../schema-cache/catalog-query.ts";
import { isolationLevel } from "../schema-cache/routines.ts";
import { dumpIdentifier } from "../schema-cache/types.ts";
import type { EngineConfig } from "./types.ts";

export interface DatabaseConfig extends Pick<EngineConfig, "roleSettings" | "roleIsolationLevels"> {
  /** In-database settings by option, with underscores and without `pgrst.`. */
  readonly settings: ReadonlyMap<string, string>;
}

export const noDatabaseConfig: DatabaseConfig = {
  settings: new Map(),
  roleSettings: new Map(),
  roleIsolationLevels: new Map(),
};

/** What could not be read, and why; its part of the configuration is empty then. */
export interface DatabaseConfigFailure {
  readonly part: "settings" | "role-settings";
  readonly error: unknown;
}

/** Options that may be set in the database. The others concern the process, which has started by then. */
const inDatabase = [
  "db_aggregates_enabled",
  "db_anon_role",
  "db_pre_config",
  "db_extra_search_path",
  "db_max_rows",
  "db_plan_enabled",
  "db_pre_request",
  "db_prepared_statements",
  "db_root_spec",
  "db_schemas",
  "db_tx_end",
  "jwt_aud",
  "jwt_role_claim_key",
  "jwt_secret",
  "jwt_secret_is_base64",
  "jwt_cache_max_lifetime",
  "openapi_mode",
  "openapi_security_active",
  "openapi_server_proxy_uri",
  "server_timing_enabled",
  "server_trace_header",
];

const sinceKnown = ["db_hoisted_tx_settings", "server_cors_allowed_origins"];

/**
 * Settings made for the database at hand go before those for any, and these before what the pre-config function sets. The
 * function's name goes into the text as configured, to be read by Postgres' own rules for names.
 */
const settingsQuery = (preConfig: EngineConfig["dbPreConfig"], dialect: Dialect): CatalogQuery<NameAndValue> =>
  catalogQuery<NameAndValue>(
    `with own as (
       select setdatabase as database, unnest(setconfig) as setting
         from pg_db_role_setting
        where setrole = (select oid from pg_roles where rolname = current_user)
          and setdatabase in (0, (select oid from pg_database where datname = current_database()))
     ), known as (
       select database, substr(setting, 1, strpos(setting, '=') - 1) as name,
              substr(setting, strpos(setting, '=') + 1) as value
         from own
       ${
         preConfig === null
           ? ""
           : `
       union all
       select null, name, current_setting(name, true)
         from json_array_elements_text($1::json) name cross join ${dumpIdentifier(preConfig)}() as done`
       }
     )
     select distinct on (name) substr(name, 7) as name, value
       from known
      where name ${namedIn("$1")} and value is not null
      order by name, database desc nulls last`,
    [...inDatabase, ...(dialect.knowsNewerConfig ? sinceKnown : [])].map((name) => `pgrst.${name}`),
  );

interface NameAndValue {
  readonly name: string;
  readonly value: string;
}

interface RoleRow {
  readonly role: string;
  readonly isolation: string | null;
  readonly settings: ReadonlyArray<readonly [name: string, value: string]>;
}

/**
 * Settings of the roles the authenticator is a direct member of, in lower case: those that any user may set, and from
 * Postgres 15 on those it was granted. Settings no extension has declared, such as `app.x`, are left out.
 */
const rolesQuery = (serverVersion: number): CatalogQuery<RoleRow> =>
  catalogQuery<RoleRow>(
    `with known as (
       select distinct r.rolname as role, substr(setting, 1, strpos(setting, '=') - 1) as name,
              lower(substr(setting, strpos(setting, '=') + 1)) as value
         from pg_auth_members m
         join pg_roles r on r.oid = m.roleid
        cross join unnest(r.rolconfig) setting
        where m.member = (select oid from pg_roles where rolname = current_user)
     )
     select role, max(value) filter (where known.name = 'default_transaction_isolation') as isolation,
            coalesce(json_agg(json_build_array(known.name, value) order by known.name)
              filter (where known.name <> 'default_transaction_isolation'), '[]') as settings
       from known
       join pg_settings s on s.name = known.name
        and (s.context = 'user' ${serverVersion >= 150_000 ? "or has_parameter_privilege(s.name, 'set')" : ""})
      group by role
      order by role`,
  );

/**
 * Asks for both parts, each in a read-only transaction of its own, on a connection that is in none. Does not throw: a part
 * that cannot be read, say because the pre-config function fails, is reported and left empty, and PostgREST goes on.
 */
export async function loadDbConfig(
  query: SqlQuery,
  config: Pick<EngineConfig, "dbPreConfig">,
  dialect: Dialect,
  report: (failure: DatabaseConfigFailure) => void,
): Promise<DatabaseConfig> {
  const part = async <T>(name: DatabaseConfigFailure["part"], read: () => Promise<T[]>): Promise<T[]> => {
    try {
      await query("begin isolation level read committed read only");
      const rows = await read();
      await query("commit");
      return rows;
    } catch (error) {
      await query("rollback").catch(() => {});
      report({ part: name, error });
      return [];
    }
  };
  const settings = await part("settings", () => ask(query, settingsQuery(config.dbPreConfig, dialect)));
  const roles = await part("role-settings", async () => {
    const { rows } = await query("select current_setting('server_version_num') as version");
    return ask(query, rolesQuery(Number(rows[0]?.["version"])));
  });
  return {
    settings: new Map(settings.map(({ name, value }) => [name, value])),
    roleSettings: new Map(roles.map(({ role, settings: own }) => [role, own])),
    roleIsolationLevels: new Map(
      roles.flatMap(({ role, isolation }) => (isolation === null ? [] : [[role, isolationLevel(isolation)] as const])),
    ),
  };
}
