/** The configuration as `--dump-config` and the admin server's `/config` print it: a file that reads back as the same. */
import type { Dialect } from "../dialect.ts";
import { dumpIdentifier, type QualifiedIdentifier } from "../schema-cache/types.ts";
import { transactionEndName } from "./choices.ts";
import { dumpJsPath } from "./js-path.ts";
import type { EngineConfig } from "./types.ts";

/** Ends with a line break. */
export function dumpConfig(config: EngineConfig, dialect: Dialect): string {
  const lines: Array<readonly [name: string, value: string]> = [
    ["db-aggregates-enabled", String(config.dbAggregates)],
    ["db-anon-role", quote(config.dbAnonRole)],
    ["db-channel", quote(config.dbChannel)],
    ["db-channel-enabled", String(config.dbChannelEnabled)],
    ["db-extra-search-path", quote(config.dbExtraSearchPath.join(","))],
    ["db-hoisted-tx-settings", quote(config.dbHoistedTxSettings.join(","))],
    ["db-max-rows", orEmpty(config.dbMaxRows)],
    ["db-plan-enabled", String(config.dbPlanEnabled)],
    ["db-pool", String(config.dbPool)],
    ["db-pool-acquisition-timeout", String(config.dbPoolAcquisitionTimeout)],
    ["db-pool-max-lifetime", String(config.dbPoolMaxLifetime)],
    ["db-pool-max-idletime", String(config.dbPoolMaxIdletime)],
    ["db-pool-automatic-recovery", String(config.dbPoolAutomaticRecovery)],
    ["db-pre-request", identifier(config.dbPreRequest)],
    ["db-prepared-statements", String(config.dbPreparedStatements)],
    ["db-root-spec", identifier(config.dbRootSpec)],
    ["db-schemas", quote(config.dbSchemas.join(","))],
    ["db-config", String(config.dbConfig)],
    ["db-pre-config", identifier(config.dbPreConfig)],
    ["db-tx-end", quote(transactionEndName(config.dbTxRollbackAll, config.dbTxAllowOverride))],
    ["db-uri", quote(config.dbUri)],
    ["jwt-aud", JSON.stringify(config.jwtAudience ?? "")],
    ["jwt-role-claim-key", quote(dumpJsPath(config.jwtRoleClaimKey))],
    ["jwt-secret", quote(secret(config))],
    ["jwt-secret-is-base64", String(config.jwtSecretIsBase64)],
    ["jwt-cache-max-lifetime", String(config.jwtCacheMaxLifetime)],
    ["log-level", quote(config.logLevel)],
    ["openapi-mode", quote(config.openApiMode)],
    ["openapi-security-active", String(config.openApiSecurityActive)],
    ["openapi-server-proxy-uri", quote(config.openApiServerProxyUri)],
    ["server-cors-allowed-origins", quote(config.serverCorsAllowedOrigins?.join(",") ?? null)],
    ["server-host", quote(config.serverHost)],
    ["server-port", String(config.serverPort)],
    ["server-trace-header", quote(config.serverTraceHeader)],
    ["server-timing-enabled", String(config.serverTimingEnabled)],
    ["server-unix-socket", quote(config.serverUnixSocket)],
    ["server-unix-socket-mode", quote(config.serverUnixSocketMode.toString(8))],
    ["admin-server-port", orEmpty(config.adminServerPort)],
    ["admin-server-config-enabled", String(config.adminServerConfigEnabled)],
  ];
  const unknown = new Set<string>([
    ...(dialect.hoistsConfiguredSettings ? [] : ["db-hoisted-tx-settings"]),
    ...(dialect.knowsNewerConfig ? [] : ["admin-server-config-enabled"]),
  ]);
  return [
    ...lines.filter(([name]) => !unknown.has(name)),
    ...config.appSettings.map(([name, value]) => [name, quote(value)]),
  ]
    .map(([name, value]) => `${name} = ${value}\n`)
    .join("");
}

const quote = (text: string | null): string => `"${(text ?? "").replaceAll('"', '\\"')}"`;
const orEmpty = (number: number | bigint | null): string => (number === null ? '""' : String(number));
const identifier = (id: QualifiedIdentifier | null): string => quote(id === null ? null : dumpIdentifier(id));

/** A base64 secret is shown in the standard alphabet, however it was written. */
function secret({ jwtSecret, jwtSecretIsBase64 }: EngineConfig): string | null {
  if (jwtSecret === null || !jwtSecretIsBase64) return jwtSecret;
  return jwtSecret.trim().replaceAll("_", "/").replaceAll("-", "+").replaceAll(".", "=");
}
