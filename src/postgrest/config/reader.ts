/** Reading the configuration anew, with what the database says by now. */
import type { Dialect } from "../dialect.ts";
import type { SqlQuery } from "../schema-cache/catalog-query.ts";
import { type DatabaseConfigFailure, loadDbConfig, noDatabaseConfig } from "./database.ts";
import { type ConfigSource, readConfig } from "./read.ts";
import type { EngineConfig } from "./types.ts";

/**
 * @param query asks the database; null where `db-config` is off
 * @param current the configuration in use
 * @param report told of what the database would not say; that part is empty then
 * Rejects with ConfigError when the result is invalid.
 */
export type ReadConfig = (
  query: SqlQuery | null,
  current: EngineConfig,
  report: (failure: DatabaseConfigFailure) => void,
) => Promise<EngineConfig>;

/** Reads environment and file again each time. The database's address stays what it was. */
export const configReader =
  (source: Pick<ConfigSource, "env" | "file">, dialect: Dialect): ReadConfig =>
  async (query, current, report) => {
    const database = query === null ? noDatabaseConfig : await loadDbConfig(query, current, dialect, report);
    return readConfig({ ...source, database, dbUri: current.dbUri }, dialect);
  };

/** 12.0 makes the layers for its trace header and for CORS once, from environment and file: a server's stay as they were. */
export function fixingHeaders(read: ReadConfig, atStart: EngineConfig, dialect: Dialect): ReadConfig {
  if (!dialect.keepsHeaderConfig) return read;
  const { serverTraceHeader, serverCorsAllowedOrigins } = atStart;
  return async (...asked) => ({ ...(await read(...asked)), serverTraceHeader, serverCorsAllowedOrigins });
}
