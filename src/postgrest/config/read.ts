/** The configuration as PostgREST reads it, from its file, the environment and the database. */
import { readFileSync } from "node:fs";
import type { Dialect } from "../dialect.ts";
import type { QualifiedIdentifier } from "../schema-cache/types.ts";
import * as choices from "./choices.ts";
import { ConfigError } from "./config-error.ts";
import { type DatabaseConfig, noDatabaseConfig } from "./database.ts";
import { loadConfigFile, type ReadFile } from "./file.ts";
import { appSettings, OptionReader } from "./lookup.ts";
import { dbUriFromFile, secretFromFile } from "./secrets.ts";
import type { EngineConfig } from "./types.ts";
import { toList } from "./values.ts";

export interface ConfigSource {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Path of a configuration file. */
  readonly file?: string | undefined;
  /** In-database settings, once they have been asked for. */
  readonly database?: DatabaseConfig;
  /** The address in use, when reading again: it cannot change under way. */
  readonly dbUri?: string;
  /** Reads the file and those that options name; from disk unless given. */
  readonly readFile?: ReadFile;
}

/**
 * Reads and checks the configuration. Values that do not fit an option's type fall back to its default, values that are not
 * among an option's choices throw ConfigError.
 */
export function readConfig(source: ConfigSource, dialect: Dialect): EngineConfig {
  const database = source.database ?? noDatabaseConfig;
  const readFile = source.readFile ?? ((path) => readFileSync(path));
  const file = source.file === undefined ? new Map() : loadConfigFile(source.file, source.env, readFile);
  const layers = { database: database.settings, env: source.env, file };
  const options = new OptionReader(layers);
  const list = (...names: string[]): string[] | undefined => {
    const value = names.map((name) => options.value(name)).find((found) => found !== undefined);
    return value === undefined ? undefined : toList(value);
  };
  const number = (fallback: number, ...names: string[]): number => Number(options.integer(...names) ?? fallback);
  const transactionEnd = choices.transactionEnd(options.text("db-tx-end"));
  const dbSchemas = list("db-schemas", "db-schema") ?? ["public"];
  if (dbSchemas.length === 0) throw new ConfigError('db-schemas must be a text, such as "public" or "api,public".');
  const adminPort = options.integer("admin-server-port");

  return {
    appSettings: appSettings(layers),
    dbAggregates: options.flag("db-aggregates-enabled") ?? false,
    dbAnonRole: options.text("db-anon-role") ?? null,
    dbChannel: options.text("db-channel") ?? "pgrst",
    dbChannelEnabled: options.flag("db-channel-enabled") ?? true,
    dbExtraSearchPath: list("db-extra-search-path") ?? ["public"],
    dbHoistedTxSettings: dialect.hoistsConfiguredSettings
      ? (list("db-hoisted-tx-settings") ?? hoistedByDefault)
      : ["statement_timeout"],
    dbMaxRows: options.integer("db-max-rows", "max-rows") ?? null,
    dbPlanEnabled: options.flag("db-plan-enabled") ?? false,
    dbPool: number(10, "db-pool"),
    dbPoolAcquisitionTimeout: number(10, "db-pool-acquisition-timeout"),
    dbPoolMaxLifetime: number(1800, "db-pool-max-lifetime"),
    // The old name goes before the new one, alone among the aliases.
    dbPoolMaxIdletime: number(30, "db-pool-timeout", "db-pool-max-idletime"),
    dbPoolAutomaticRecovery: options.flag("db-pool-automatic-recovery") ?? true,
    dbPreRequest: qualified(options.text("db-pre-request", "pre-request")),
    dbPreparedStatements: options.flag("db-prepared-statements") ?? true,
    dbRootSpec: qualified(options.text("db-root-spec", "root-spec")),
    dbSchemas,
    dbConfig: options.flag("db-config") ?? true,
    dbPreConfig: qualified(options.text("db-pre-config")),
    dbTxRollbackAll: transactionEnd.rollbackAll,
    dbTxAllowOverride: transactionEnd.allowOverride,
    dbUri: source.dbUri ?? dbUriFromFile(options.text("db-uri") ?? "postgresql://", readFile),
    jwtAudience: choices.audience(options.text("jwt-aud")),
    jwtRoleClaimKey: choices.roleClaimKey(options.text("jwt-role-claim-key", "role-claim-key")),
    ...secretFromFile(
      options.text("jwt-secret") ?? null,
      options.flag("jwt-secret-is-base64", "secret-is-base64") ?? false,
      readFile,
    ),
    jwtCacheMaxLifetime: number(0, "jwt-cache-max-lifetime"),
    logLevel: choices.logLevel(options.text("log-level"), dialect),
    openApiMode: choices.openApiMode(options.text("openapi-mode")),
    openApiSecurityActive: options.flag("openapi-security-active") ?? false,
    openApiServerProxyUri: choices.proxyUri(options.text("openapi-server-proxy-uri")),
    serverCorsAllowedOrigins: choices.origins(options.text("server-cors-allowed-origins")),
    serverHost: options.text("server-host") ?? "!4",
    serverPort: number(3000, "server-port"),
    serverTraceHeader: options.text("server-trace-header") ?? null,
    serverTimingEnabled: options.flag("server-timing-enabled") ?? false,
    serverUnixSocket: options.text("server-unix-socket") ?? null,
    serverUnixSocketMode: choices.socketMode(options.text("server-unix-socket-mode")),
    adminServerPort: adminPort === undefined ? null : Number(adminPort),
    adminServerConfigEnabled: (dialect.knowsNewerConfig && options.flag("admin-server-config-enabled")) || false,
    roleSettings: database.roleSettings,
    roleIsolationLevels: database.roleIsolationLevels,
  };
}

const hoistedByDefault = ["statement_timeout", "plan_filter.statement_cost_limit", "default_transaction_isolation"];

/** Split at the first dot, whatever is quoted. Without a dot the search path decides. */
function qualified(text: string | undefined): QualifiedIdentifier | null {
  if (text === undefined) return null;
  const dot = text.indexOf(".");
  const name = text.slice(dot + 1);
  // Nothing after the dot: the name is what stands before it.
  if (dot < 0 || name === "") return { schema: "", name: dot < 0 ? text : text.slice(0, dot) };
  return { schema: text.slice(0, dot), name };
}
