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
import { Planner } from "./planner.ts";
import { loadSchemaCache } from "./schema-cache/load.ts";
import { summarizeSchemaCache } from "./schema-cache/summary.ts";
import type { SchemaCache } from "./schema-cache/types.ts";
import { SchemaLoader } from "./schema-loader.ts";
import { type ConnectionInfo, connectionInfo, NO_PASSWORD } from "./transaction/conninfo.ts";
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
  #planner: Planner | undefined;
  /** Over for good when one was loaded, or when a connection could be made and still none could be. */
  #awaitsFirstCache: boolean;

  constructor(options: AppStateOptions) {
    const { config, dialect, clock, observe } = options;
    this.#options = options;
    this.#config = config;
    this.#schemaCache = options.schemaCache;
    this.#authenticate = createAuthenticator(config, clock);
    this.#awaitsFirstCache = !dialect.answersBeforeFirstCache;
    this.dialect = dialect;
    this.info = connectionInfo(config.dbUri, `PostgREST ${dialect.fullVersion}`);
    this.pool = new Pool(
      this.info,
      {
        size: config.dbPool,
        acquisitionTimeout: config.dbPoolAcquisitionTimeout,
        maxLifetime: config.dbPoolMaxLifetime,
        maxIdletime: config.dbPoolMaxIdletime,
      },
      config.logLevel === "debug" ? (id, status) => observe({ kind: "connection", id, status }) : null,
    );
    this.#loader = new SchemaLoader({
      attempt: () => this.#loadOnce(),
      recovers: () => this.#config.dbPoolAutomaticRecovery,
      onRetry: (seconds) => observe({ kind: "reconnecting", seconds }),
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

  /** Whether requests have to wait for the first schema cache, as 12.0 lets them. */
  get awaitsFirstCache(): boolean {
    return this.#schemaCache === null && this.#awaitsFirstCache;
  }

  firstCache(): Promise<void> {
    return this.#loader.loaded();
  }

  /** For a request; null while there is no schema cache. */
  get planner(): Planner | null {
    const [config, cache] = [this.#config, this.#schemaCache];
    if (cache === null) return null;
    if (this.#planner?.config !== config || this.#planner.cache !== cache) {
      this.#planner = new Planner(config, this.dialect, cache);
    }
    return this.#planner;
  }

  /**
   * Reads the configuration again. An invalid one is reported and the old one kept; of a database that cannot be asked, what
   * it had added is gone until it can be. Without `db-config` no database is asked.
   */
  async reloadConfig(): Promise<void> {
    if (!this.#config.dbConfig) return this.#readConfig(null);
    try {
      await withDatabase(this.info, (query) => this.#readConfig(query));
    } catch (error) {
      await this.#forgetDatabaseConfig(error);
    }
  }

  /** Whether a query on a connection of the pool works now. */
  async isConnected(): Promise<boolean> {
    try {
      const connection = await this.pool.acquire();
      const question = { text: "select 1", parameters: [], format: "text" } as const;
      const { failed } = await connection.run([question], false).finally(() => this.pool.release(connection));
      return failed === null;
    } catch {
      return false;
    }
  }

  /** Puts a refusal into the log, if it is one that PostgREST logs: what the database or its driver is to blame for. */
  report(refusal: PgrstError): void {
    const { observe } = this.#options;
    const payload = errorPayload(refusal);
    const code = refusal.body?.code ?? "";
    if (code === "PGRST003") observe({ kind: "pool-timeout", payload });
    else if (refusal.cause !== undefined) observe({ kind: "query-failed", payload: `${payload} ${refusal.cause}` });
    else if (code === "PGRST001" || (refusal.status >= 500 && !code.startsWith("PGRST"))) {
      observe({ kind: "query-failed", payload });
    }
  }

  close(): void {
    this.#loader.close();
    this.pool.close();
  }

  /** One attempt, on a connection of its own, because others have the old catalog in their caches. */
  async #loadOnce(): Promise<boolean> {
    this.#options.observe({ kind: "connecting" });
    this.pool.flush();
    const start = performance.now();
    let connected = false;
    try {
      await withDatabase(this.info, async (query) => {
        connected = true;
        await this.#load(query, start);
      });
      return true;
    } catch (error) {
      if (connected) this.#lostCache(error);
      else await this.#unreachable(error);
      return false;
    }
  }

  async #load(query: DatabaseQuery, start: number): Promise<void> {
    const { observe } = this.#options;
    const { rows } = await query("select version()");
    observe({ kind: "connected", serverVersion: String(rows[0]?.["version"]) });
    if (this.#config.dbConfig) await this.#readConfig(query);
    const queryStart = performance.now();
    const cache = await loadSchemaCache(query, this.#config, this.dialect);
    const now = performance.now();
    this.#schemaCache = cache;
    this.#awaitsFirstCache = false;
    observe({
      kind: "schema-cache-loaded",
      querySeconds: (now - queryStart) / 1000,
      totalSeconds: (now - start) / 1000,
      summary: summarizeSchemaCache(cache),
    });
  }

  /** 12.2 asks for version, settings and catalog one by one, whatever became of the question before, and says so of each. */
  async #unreachable(error: unknown): Promise<void> {
    const { observe } = this.#options;
    observe({ kind: "version-query-failed", payload: this.#payload(error) });
    if (isAuthenticationFailure(error)) {
      observe({ kind: "fatal", reason: `Failed to establish a connection. ${this.#payload(error)}` });
    } else if (!this.#config.dbPoolAutomaticRecovery) {
      observe({ kind: "fatal", reason: "Automatic recovery disabled, exiting." });
    } else if (this.dialect.dropsCacheOnOutage) {
      if (this.#config.dbConfig) await this.#forgetDatabaseConfig(error);
      this.#lostCache(error);
    }
  }

  #lostCache(error: unknown): void {
    this.#schemaCache = null;
    this.#awaitsFirstCache = false;
    this.#options.observe({ kind: "schema-cache-failed", payload: this.#payload(error) });
  }

  async #forgetDatabaseConfig(error: unknown): Promise<void> {
    const { observe } = this.#options;
    for (const part of ["settings", "role-settings"] as const) {
      observe({ kind: `${part}-failed`, payload: this.#payload(error) });
    }
    await this.#readConfig(null);
  }

  /** @param query null: nothing comes from the database */
  async #readConfig(query: DatabaseQuery | null): Promise<void> {
    const { readConfig, clock, observe } = this.#options;
    const report = ({ part, error }: DatabaseConfigFailure) =>
      observe({ kind: `${part}-failed`, payload: this.#payload(error) });
    try {
      this.#config = await readConfig(query, this.#config, report);
    } catch (error) {
      observe({ kind: "config-invalid", reason: error instanceof Error ? error.message : String(error) });
      return;
    }
    this.#authenticate = createAuthenticator(this.#config, clock);
    observe({ kind: "config-reloaded" });
  }

  #payload(error: unknown): string {
    if (error instanceof QueryFailure) return errorPayload(failureError(error.failure, false, this.dialect));
    return error instanceof Error ? error.message : String(error);
  }
}

/** A wrong or missing password will not get better by trying again. */
const isAuthenticationFailure = (error: unknown): boolean =>
  error instanceof QueryFailure &&
  error.failure.kind === "unreachable" &&
  (error.failure.sqlState === "28P01" || error.failure.message.includes(NO_PASSWORD));
