/** A database of the recorded corpus, and engines on it: what the requests are put to. */

import { withClient } from "../../src/postgres/admin.ts";
import { readConfig } from "../../src/postgrest/config/read.ts";
import { configReader } from "../../src/postgrest/config/reader.ts";
import { dialects, type PostgrestVersion } from "../../src/postgrest/dialect.ts";
import { createEngine, type Engine } from "../../src/postgrest/engine.ts";
import { ident } from "../../src/postgrest/sql/snippet.ts";
import { type ConfigEntry, readItems, readSetup, type TokenRecipe } from "../conformance/corpus.ts";
import { prepareDatabase } from "../conformance/databases.ts";
import { toRequest } from "../conformance/run.ts";
import type { Environment } from "../conformance/targets.ts";
import type { Surroundings } from "./surroundings.ts";
import { vocabulary } from "./vocabulary.ts";

export interface World {
  readonly version: PostgrestVersion;
  readonly surroundings: Surroundings;
  /** As recorded, and with everything switched on that can be. */
  readonly engines: readonly Engine[];
  readonly environments: readonly Environment[];
  /** Superuser, in the engines' database. */
  query(sql: string): Promise<ReadonlyArray<Record<string, unknown>>>;
  close(): Promise<void>;
}

/** What a version serves on the platform. */
const places = {
  "12.2": {
    config: "v2",
    schema: "t_5ecfa3ab72d1_api",
    roles: [
      "t_5ecfa3ab72d1_role",
      "t_5ecfa3ab72d1_role",
      "t_5ecfa3ab72d1_role",
      "t_5ecfa3ab72d1_role",
      "anon",
      "authenticator",
      "t_0d1e2f3a4b5c_role",
    ],
  },
  "12.0": { config: "v1", schema: "api", roles: ["authenticated", "authenticated", "anon", "service_role"] },
} as const;

export const backendFunction = "fuzz_backend";

const everything: Environment = {
  PGRST_DB_AGGREGATES_ENABLED: "true",
  PGRST_DB_PLAN_ENABLED: "true",
  PGRST_DB_MAX_ROWS: "1000",
  PGRST_SERVER_TIMING_ENABLED: "true",
  PGRST_SERVER_TRACE_HEADER: "X-Request-Id",
  PGRST_OPENAPI_MODE: "ignore-privileges",
};

/** @param postgres superuser `postgres` of a throw-away cluster */
export async function createWorld(postgres: string, version: PostgrestVersion): Promise<World> {
  const { config: name, schema, roles } = places[version];
  const setup = readSetup();
  const entry = setup.configs[name] as ConfigEntry;
  const database = await prepareDatabase(postgres, entry.database, setup);
  const url = new URL(postgres);
  url.pathname = new URL(database.url).pathname;
  const query: World["query"] = (sql) => withClient(url.href, async (client) => (await client.query(sql)).rows);
  const present = new Set((await query("select rolname from pg_roles")).map(({ rolname }) => rolname));
  const databaseName = setup.databases[entry.database]!.name;
  await query(
    arrange(
      databaseName,
      schema,
      setup.roles.filter((role) => present.has(role)),
    ),
  );
  const environment = {
    ...entry.env,
    PGRST_JWT_SECRET: entry.jwtSecret,
    PGRST_DB_URI: database.url,
    PGRST_DB_POOL: "4",
  };
  const environments = [environment, { ...environment, ...everything }];
  const engines = await Promise.all(
    environments.map((env) => {
      const read = { env };
      const dialect = dialects[version];
      return createEngine({ config: readConfig(read, dialect), version, readConfig: configReader(read, dialect) });
    }),
  );
  const cache = engines[0]?.schemaCache;
  if (cache == null) throw new Error("The engine could not load its schema cache.");
  const recorded = readItems(version)
    .filter(({ config, isScenario }) => config === name && !isScenario)
    .flatMap(({ steps }) => steps.map((step) => toRequest({ ...step, as: lasting(step.as) }, entry)));
  return {
    version,
    surroundings: {
      words: vocabulary(cache, schema, engines[0]!.config.dbSchemas),
      schema,
      jwtSecret: entry.jwtSecret,
      roles,
      recorded,
    },
    engines,
    environments,
    query,
    close: async () => {
      await Promise.all(engines.map((engine) => engine.close()));
      await database.close();
    },
  };
}

/** A recorded token that was good for minutes is good for the whole run; one that was expired stays so. */
const lasting = (token: TokenRecipe | null): TokenRecipe | null =>
  token?.expOffset !== undefined && token.expOffset > 0 ? { ...token, expOffset: 1_000_000 } : token;

/**
 * Two seconds per statement, whatever the hook of the corpus or a role says, because functions can be told to count to
 * millions; and a function that tells what a backend holds.
 */
const arrange = (database: string, schema: string, roles: readonly string[]): string => `
  do $do$
  declare hook regprocedure := to_regprocedure('public.pool_request()');
  begin
    if hook is not null then execute replace(pg_get_functiondef(hook), '15000ms', '2000ms'); end if;
  end $do$;
  ${roles.map((role) => `alter role ${ident(role)} in database ${ident(database)} set statement_timeout = '2s';`).join("\n")}
  create function ${ident(schema)}.${backendFunction}() returns json language sql volatile security definer as $fn$
    select json_build_object(
      'pid', pg_backend_pid(),
      'prepared', (select count(*) from pg_prepared_statements),
      'bytes', (select sum(total_bytes) from pg_backend_memory_contexts)) $fn$;`;
