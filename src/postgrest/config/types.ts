/** PostgREST's configuration, as far as it makes sense in the engine. Names follow https://postgrest.org/en/v12/references/configuration.html */
import type { IsolationLevel, QualifiedIdentifier } from "../schema-cache/types.ts";

export type OpenApiMode = "follow-privileges" | "ignore-privileges" | "disabled";
export type LogLevel = "crit" | "error" | "warn" | "info" | "debug";

/** A step of `jwt-role-claim-key`: a key or an index, and (12.2) no filters. */
export type JsPathStep =
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "index"; readonly index: number };

export interface EngineConfig {
  readonly adminServerPort: number | null;
  readonly adminServerConfigEnabled: boolean;
  readonly appSettings: ReadonlyArray<readonly [name: string, value: string]>;
  readonly dbAggregates: boolean;
  readonly dbAnonRole: string | null;
  readonly dbChannel: string;
  readonly dbChannelEnabled: boolean;
  readonly dbConfig: boolean;
  readonly dbExtraSearchPath: readonly string[];
  readonly dbHoistedTxSettings: readonly string[];
  readonly dbMaxRows: bigint | null;
  readonly dbPlanEnabled: boolean;
  readonly dbPool: number;
  /** Seconds a request waits for a connection. */
  readonly dbPoolAcquisitionTimeout: number;
  /** Seconds. */
  readonly dbPoolMaxLifetime: number;
  /** Seconds. */
  readonly dbPoolMaxIdletime: number;
  readonly dbPoolAutomaticRecovery: boolean;
  /** A function, as the next one and `dbRootSpec`. Without a schema the search path decides. */
  readonly dbPreConfig: QualifiedIdentifier | null;
  readonly dbPreRequest: QualifiedIdentifier | null;
  readonly dbPreparedStatements: boolean;
  readonly dbRootSpec: QualifiedIdentifier | null;
  /** Never empty; the first is the default. */
  readonly dbSchemas: readonly string[];
  readonly dbTxRollbackAll: boolean;
  readonly dbTxAllowOverride: boolean;
  readonly dbUri: string;
  readonly jwtAudience: string | null;
  readonly jwtRoleClaimKey: readonly JsPathStep[];
  /** As configured: text, JWK or JWKS. */
  readonly jwtSecret: string | null;
  readonly jwtSecretIsBase64: boolean;
  /** Seconds; 0 is off. */
  readonly jwtCacheMaxLifetime: number;
  readonly logLevel: LogLevel;
  readonly openApiMode: OpenApiMode;
  readonly openApiSecurityActive: boolean;
  readonly openApiServerProxyUri: string | null;
  readonly serverCorsAllowedOrigins: readonly string[] | null;
  readonly serverHost: string;
  readonly serverPort: number;
  readonly serverTraceHeader: string | null;
  readonly serverTimingEnabled: boolean;
  readonly serverUnixSocket: string | null;
  readonly serverUnixSocketMode: number;
  /** From `ALTER ROLE … SET`: settings applied when a role is impersonated, by role. */
  readonly roleSettings: ReadonlyMap<string, ReadonlyArray<readonly [name: string, value: string]>>;
  readonly roleIsolationLevels: ReadonlyMap<string, IsolationLevel>;
}
