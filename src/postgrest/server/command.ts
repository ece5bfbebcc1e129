/** The command line of a PostgREST server, without the process around it: arguments in, an exit code or a server out. */

import { dumpConfig } from "../config/dump.ts";
import { exampleConfig } from "../config/example.ts";
import { readConfig } from "../config/read.ts";
import { configReader, type ReadConfig } from "../config/reader.ts";
import type { EngineConfig } from "../config/types.ts";
import { type Dialect, dialects, type PostgrestVersion } from "../dialect.ts";
import { schemaCacheToJson } from "../schema-cache/dump.ts";
import { loadSchemaCache } from "../schema-cache/load.ts";
import { connectionInfo } from "../transaction/conninfo.ts";
import { QueryFailure, withDatabase } from "../transaction/with-database.ts";
import { reachableHost } from "./http-server.ts";
import { type PostgrestServer, startPostgrestServer } from "./start.ts";

export interface PostgrestCommand {
  /** Path of a configuration file. */
  readonly file?: string | undefined;
  readonly action: "run" | "version" | "dump-config" | "dump-schema" | "example" | "ready";
  readonly version: PostgrestVersion;
}

export interface CommandIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  print(text: string): void;
  printError(text: string): void;
  /** The running server cannot go on. */
  onFatal(): void;
}

/**
 * Runs a command.
 * @returns the server of `run`, else an exit code
 * Rejects with ConfigError for an invalid configuration, and with Node's error for an address that cannot be bound.
 */
export async function runPostgrestCommand(command: PostgrestCommand, io: CommandIo): Promise<PostgrestServer | number> {
  const dialect = dialects[command.version];
  const source = { env: io.env, file: command.file };
  if (command.action === "example") {
    io.print(exampleConfig());
    return 0;
  }
  if (command.action === "version") {
    io.print(`PostgREST ${dialect.fullVersion} (flux-dev)\n`);
    return 0;
  }
  const config = readConfig(source, dialect);
  if (command.action === "ready") return isReady(config, io);
  const reader = configReader(source, dialect);
  if (command.action === "run") {
    return startPostgrestServer({
      config,
      readConfig: reader,
      version: command.version,
      writeAccess: io.print,
      writeLog: io.printError,
      onFatal: io.onFatal,
    });
  }
  if (command.action === "dump-config") io.print(dumpConfig(await wholeConfig(config, reader, dialect, io), dialect));
  else io.print(await dumpSchema(config, reader, dialect, io));
  return 0;
}

/** The configuration with what the database adds to it. What it would not say is reported and left out. */
async function wholeConfig(config: EngineConfig, reader: ReadConfig, dialect: Dialect, io: CommandIo) {
  if (!config.dbConfig) return config;
  const report = (error: unknown) => io.printError(`${error instanceof Error ? error.message : String(error)}\n`);
  const info = connectionInfo(config.dbUri, `PostgREST ${dialect.fullVersion}`);
  try {
    return await withDatabase(info, (query) => reader(query, config, ({ error }) => report(error)));
  } catch (error) {
    if (!(error instanceof QueryFailure)) throw error;
    report(error);
    return config;
  }
}

async function dumpSchema(config: EngineConfig, reader: ReadConfig, dialect: Dialect, io: CommandIo): Promise<string> {
  // 12.0 dumps its schema without asking for in-database settings.
  const whole = dialect.dumpsWholeCache ? await wholeConfig(config, reader, dialect, io) : config;
  const info = connectionInfo(config.dbUri, `PostgREST ${dialect.fullVersion}`);
  const cache = await withDatabase(info, (query) => loadSchemaCache(query, whole, dialect));
  return `${schemaCacheToJson(cache, dialect)}\n`;
}

/** Asks the admin server of a running instance with the same configuration. */
async function isReady(config: EngineConfig, io: CommandIo): Promise<number> {
  if (config.adminServerPort === null) {
    io.printError("--ready asks the admin server, which is off. Set admin-server-port (PGRST_ADMIN_SERVER_PORT).\n");
    return 1;
  }
  const url = `http://${reachableHost(config.serverHost)}:${config.adminServerPort}/ready`;
  const status = await fetch(url).then(
    (response) => response.status,
    () => null,
  );
  if (status === 200) {
    io.print(`OK: ${url} answers 200\n`);
    return 0;
  }
  io.printError(status === null ? `Not ready: nothing answers on ${url}\n` : `Not ready: ${url} answers ${status}\n`);
  return 1;
}
