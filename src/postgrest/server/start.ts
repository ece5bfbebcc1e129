/** A PostgREST server: the engine, its port, its admin port, its ear for NOTIFY. */
import type { Listening } from "../../http/node.ts";
import type { Clock } from "../../time/clock.ts";
import { dumpConfig } from "../config/dump.ts";
import { fixingHeaders, type ReadConfig } from "../config/reader.ts";
import type { EngineConfig } from "../config/types.ts";
import { type Dialect, dialects, type PostgrestVersion } from "../dialect.ts";
import { type Engine, startEngine } from "../engine.ts";
import type { Observation, ObserveEngine } from "../observation.ts";
import { schemaCacheToJson } from "../schema-cache/dump.ts";
import { connectionInfo } from "../transaction/conninfo.ts";
import { listenAdmin } from "./admin.ts";
import { bindAddress, listenHttp } from "./http-server.ts";
import { type ChannelListener, listenForReloads } from "./listener.ts";
import { accessLogger, serverLogger } from "./logger.ts";
import { Metrics } from "./metrics.ts";

export interface PostgrestServerOptions {
  readonly config: EngineConfig;
  readonly readConfig?: ReadConfig;
  readonly version: PostgrestVersion;
  readonly clock?: Clock;
  /** Where access lines and log lines go. */
  writeAccess(line: string): void;
  writeLog(line: string): void;
  /** The server cannot go on, for a wrong password say. */
  onFatal(): void;
}

export interface PostgrestServer {
  readonly engine: Engine;
  /** null on a unix socket. */
  readonly port: number | null;
  readonly adminPort: number | null;
  close(): Promise<void>;
}

/**
 * Listens at once and loads the schema cache in the background; requests before that get 503. Rejects with Node's error
 * when an address cannot be bound.
 */
export async function startPostgrestServer(options: PostgrestServerOptions): Promise<PostgrestServer> {
  const { config, version, writeAccess, writeLog, onFatal } = options;
  const dialect = dialects[version];
  const metrics = new Metrics();
  // As configured at the start: a reload does not change it.
  const { logLevel } = config;
  const writeObservation = serverLogger(logLevel, writeLog, dialect);
  const observe = (observation: Observation): void => {
    metrics.observe(observation);
    writeObservation(observation);
    if (observation.kind === "fatal") onFatal();
  };
  const readConfig = options.readConfig && fixingHeaders(options.readConfig, config, dialect);
  const engine: Engine = startEngine({ ...options, ...(readConfig && { readConfig }), log: observe });

  observe({ kind: "starting", version: dialect.fullVersion });
  const main = await listenHttp(config, {
    answer: (request) => engine.handle(request),
    logAccess: accessLogger(logLevel, writeAccess),
  });
  const onSocket = config.serverUnixSocket !== null;
  void engine.reloadSchemaCache();
  const channel = config.dbChannelEnabled ? listenOn(engine, dialect.fullVersion, observe) : null;
  const admin = await startAdmin(engine, main, channel, dialect, metrics, observe);
  observe(onSocket ? { kind: "listening-unix", path: main.host } : { kind: "listening-port", port: main.port });

  return {
    engine,
    port: onSocket ? null : main.port,
    adminPort: admin?.port ?? null,
    close: async () => {
      await Promise.all([channel?.close(), admin?.close(), main.close()]);
      await engine.close();
    },
  };
}

function listenOn(engine: Engine, version: string, observe: ObserveEngine): ChannelListener {
  const { dbUri, dbChannel } = engine.config;
  return listenForReloads({
    info: connectionInfo(dbUri, `PostgREST ${version}`),
    channel: dbChannel,
    observe,
    reloadSchema: () => void engine.reloadSchemaCache(),
    reloadConfig: () => void engine.reloadConfig(),
    recovers: () => engine.config.dbPoolAutomaticRecovery,
  });
}

async function startAdmin(
  engine: Engine,
  main: Listening,
  channel: ChannelListener | null,
  dialect: Dialect,
  metrics: Metrics,
  observe: ObserveEngine,
): Promise<Listening | null> {
  const { adminServerPort, serverHost } = engine.config;
  if (adminServerPort === null) return null;
  // Without a listener a query is the only way to see whether the database is there.
  const established = async () => (channel === null ? engine.isConnected() : channel.isListening);
  const admin = await listenAdmin(bindAddress(serverHost), adminServerPort, {
    dialect,
    main: () => main,
    // Not while the first cache is being read; a later reading does not show.
    isReady: async () => engine.schemaCache !== null && (await established()),
    config: () => (engine.config.adminServerConfigEnabled ? dumpConfig(engine.config, dialect) : null),
    schemaCache: () => (engine.schemaCache === null ? "" : schemaCacheToJson(engine.schemaCache, dialect)),
    metrics: () => metrics.text(engine.poolStats),
  });
  observe({ kind: "admin-listening", port: admin.port });
  return admin;
}
