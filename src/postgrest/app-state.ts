/**
 * What an engine knows at a moment: configuration, schema cache, connections. Loading and reloading happen here; requests
 * only read.
 */
import type { Clock } from "../time/clock.ts";
import { type Authenticate, createAuthenticator } from "./auth/authenticate.ts";
import type { DatabaseConfigFailure } from "./config/database.ts";
import type { ReadConfig } from "./config/reader.ts";
import type { EngineConfig } from "./config/types.ts";
import type { Dialect } from "./dialect.ts";
import type { PgrstError } from "./errors/pgrst-error.ts";
import { errorPayload } from "./errors/response.ts";
import type { ObserveEngine } from "./observation.ts";
import { loadSchemaCache } from "./schema-cache/load.ts";
import { summarizeSchemaCache } from "./schema-cache/summary.ts";
import type { SchemaCache } from "./schema-cache/types.ts";
import { SchemaLoader } from "./schema-loader.ts";
import { type ConnectionInfo, connectionInfo } from "./transaction/conninfo.ts";
import { failureError } from "./transaction/failure.ts";
import { Pool } from "./transaction/pool.ts";
import { type DatabaseQuery, QueryFailure, withDatabase } from "./transaction/with-database.ts";

export interface AppStateOptions {
  readonly config: EngineConfig;
  readonly readConfig: ReadConfig;
  readonly schemaCache: SchemaCache | null;
  readonly dialect: Dialect;
  readonly clock: Clock;
  readonly observe: ObserveEngine;
}

export class AppState {
  readonly dialect: Dialect;
  readonly info: ConnectionInfo;
  readonly pool: Pool;
  readonly #options: AppStateOptions;
  readonly #loader: SchemaLoader;
  #config: EngineConfig;
  #authenticate: Authenticate;
  #schemaCache: SchemaCache | null;

  constructor(options: AppStateOptions) {
    const { config, dialect, clock, observe } = options;
    this.#options = options;
    this.#config = config;
    this.#schemaCache = options.schemaCache;
    this.#authenticate = createAuthenticator(config, clock);
    this.dialect = dialect;
    this.info = connectionInfo(config.dbUri, `PostgREST ${dialect.fullVersion}`);
    this.pool = new Pool(this.info, {
      size: config.dbPool,
      acquisitionTimeout: config.dbPoolAcquisitionTimeout,
      maxLifetime: config.dbPoolMaxLifetime,
      maxIdletime: config.dbPoolMaxIdletime,
    });
    this.#loader = new SchemaLoader({
      attempt: () => this.#loadOnce(),
      recovers: () => this.#config.dbPoolAutomaticRecovery,
      onRetry: (seconds) => observe({ kind: "reconnecting", seconds }),
      onGiveUp: () => observe({ kind: "fatal", reason: "Automatic recovery disabled, exiting." }),
    });
  }

  get config(): EngineConfig {
    return this.#config;
  }

  get authenticate(): Authenticate {
    return this.#authenticate;
  }

  /** null until the first load, and (12.2) while the database cannot be asked. */
  get schemaCache(): SchemaCache | null {
    return this.#schemaCache;
  }

  get isLoading(): boolean {
    return this.#loader.isLoading;
  }

  /** What `Retry-After` says, in seconds. */
  get retryAfter(): number {
    return this.dialect.retryAfter === "zero" ? 0 : this.#loader.nextDelay;
  }

  /** Loads configuration and schema cache, again and again until it works; resolves after the first attempt. */
  loadSchemaCache(): Promise<void> {
    return this.#loader.load();
  }

  /** The cache for a request. 12.0 lets requests wait for the first one. */
  async usableSchemaCache(): Promise<SchemaCache | null> {
    if (this.#schemaCache === null && !this.dialect.answersBeforeFirstCache) await this.#loader.loaded();
    return this.#schemaCache;
  }

  /** Reads the configuration again. An invalid one is reported and the old one kept. */
  async reloadConfig(): Promise<void> {
    try {
      await withDatabase(this.info, (query) => this.#readConfig(query));
      this.#options.observe({ kind: "config-reloaded" });
    } catch (error) {
      this.#reportConfigFailure(error);
    }
  }

  /** Puts a refusal into the log, if it is one that PostgREST logs. */
  report(refusal: PgrstError): void {
    const { observe } = this.#options;
    const payload = errorPayload(refusal);
    if (refusal.body?.code === "PGRST003") observe({ kind: "pool-timeout", payload });
    else if (refusal.cause !== undefined) observe({ kind: "query-failed", payload: `${payload} ${refusal.cause}` });
    else if (refusal.status >= 500 && refusal.body?.code !== "PGRST002") observe({ kind: "query-failed", payload });
  }

  close(): void {
    this.#loader.close();
    this.pool.close();
  }

  /** One attempt, on a connection of its own, because others have the old catalog in their caches. */
  async #loadOnce(): Promise<boolean> {
    const { observe } = this.#options;
    this.pool.flush();
    const start = performance.now();
    try {
      await withDatabase(this.info, async (query) => {
        const { rows } = await query("select version()");
        observe({ kind: "connected", serverVersion: String(rows[0]?.["version"]) });
        await this.#readConfig(query).catch((error) => this.#reportConfigFailure(error));
        const queryStart = performance.now();
        const cache = await loadSchemaCache(query, this.#config, this.dialect);
        const now = performance.now();
        this.#schemaCache = cache;
        observe({
          kind: "schema-cache-loaded",
          querySeconds: (now - queryStart) / 1000,
          totalSeconds: (now - start) / 1000,
          summary: summarizeSchemaCache(cache),
        });
      });
      return true;
    } catch (error) {
      if (this.dialect.dropsCacheOnOutage) this.#schemaCache = null;
      observe({ kind: "schema-cache-failed", payload: this.#payload(error) });
      if (isAuthenticationFailure(error)) {
        observe({ kind: "fatal", reason: `Failed to establish a connection. ${this.#payload(error)}` });
      }
      return false;
    }
  }

  async #readConfig(query: DatabaseQuery): Promise<void> {
    const { readConfig, clock, observe } = this.#options;
    const report = ({ part, error }: DatabaseConfigFailure) =>
      observe({ kind: `${part}-failed`, payload: this.#payload(error) });
    this.#config = await readConfig(this.#config.dbConfig ? query : null, this.#config, report);
    this.#authenticate = createAuthenticator(this.#config, clock);
  }

  #reportConfigFailure(error: unknown): void {
    const { observe } = this.#options;
    if (error instanceof QueryFailure) observe({ kind: "settings-failed", payload: this.#payload(error) });
    else observe({ kind: "config-invalid", reason: error instanceof Error ? error.message : String(error) });
  }

  #payload(error: unknown): string {
    if (error instanceof QueryFailure) return errorPayload(failureError(error.failure, false, this.dialect));
    return error instanceof Error ? error.message : String(error);
  }
}

/** A wrong or missing password will not get better by trying again. */
const isAuthenticationFailure = (error: unknown): boolean =>
  error instanceof QueryFailure && error.failure.kind === "unreachable" && error.failure.sqlState === "28P01";
