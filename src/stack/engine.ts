/** The built-in PostgREST of one mode: configured as the platform configures the real one, reloading on NOTIFY. */
import type { Upstream } from "../gateway/types.ts";
import { readConfig } from "../postgrest/config/read.ts";
import { configReader } from "../postgrest/config/reader.ts";
import type { EngineConfig } from "../postgrest/config/types.ts";
import { dialects } from "../postgrest/dialect.ts";
import { startEngine } from "../postgrest/engine.ts";
import type { Observation } from "../postgrest/observation.ts";
import type { SchemaCache } from "../postgrest/schema-cache/types.ts";
import { type ChannelListener, listenForReloads } from "../postgrest/server/listener.ts";
import { logMessages } from "../postgrest/server/log-messages.ts";
import { connectionInfo } from "../postgrest/transaction/conninfo.ts";
import { modes } from "../project/mode/mode.ts";
import type { Clock } from "../time/clock.ts";
import type { Logbook } from "./logbook.ts";
import { type PostgrestSettings, postgrestEnvironment } from "./postgrest-environment.ts";

/** What a PostgREST has read from its database; another one on a copy of that database need not read it again. */
export interface ReadPostgrest {
  readonly config: EngineConfig;
  readonly schemaCache: SchemaCache;
}

export interface EmbeddedPostgrest {
  readonly handle: Upstream;
  /** Undefined while the database could not be asked. */
  readonly read: ReadPostgrest | undefined;
  /** Resolves when the schema cache has been read again. */
  reload(): Promise<void>;
  /** Reloads on NOTIFY from now on, on a connection of its own. Does nothing when it listens already. */
  listen(): void;
  close(): Promise<void>;
}

export interface EmbeddedPostgrestOptions extends PostgrestSettings {
  readonly clock: Clock;
  readonly log: Logbook;
  /** Read from the database unless given. */
  readonly read?: ReadPostgrest | undefined;
  /** Nothing that requests change remains. */
  readonly rollsBack?: boolean;
  /** Asked when NOTIFY says that the schema has changed; may put it off. Default: at once. */
  readonly onSchemaChange?: ((reload: () => Promise<void>) => unknown) | undefined;
  /** Instead of the platform's: how many connections, and for how many seconds an idle one is kept. */
  readonly pool?: Pick<EngineConfig, "dbPool" | "dbPoolMaxIdletime"> | undefined;
}

/** Does not listen for NOTIFY yet. */
export async function startPostgrest(options: EmbeddedPostgrestOptions): Promise<EmbeddedPostgrest> {
  const { mode, clock, log, read, pool, rollsBack = false, onSchemaChange = (reload) => reload() } = options;
  const env = postgrestEnvironment(options);
  const version = modes[mode].postgrestVersion;
  const dialect = dialects[version];
  const own = readConfig({ env }, dialect);
  const adapted = (config: EngineConfig): EngineConfig => ({
    ...config,
    ...pool,
    ...(rollsBack ? { dbTxRollbackAll: true, dbTxAllowOverride: false } : {}),
  });
  const config = adapted(read === undefined ? own : { ...read.config, dbUri: own.dbUri });
  const readAgain = configReader({ env }, dialect);
  const observe = (observation: Observation) => {
    for (const text of logMessages(observation)) log.write("postgrest", "info", text);
  };
  const engine = startEngine({
    config,
    version,
    clock,
    log: observe,
    // The database is asked for settings whenever the schema is read; what was asked for here goes before them.
    readConfig: async (...current) => adapted(await readAgain(...current)),
    ...(read === undefined ? {} : { schemaCache: read.schemaCache }),
  });
  if (read === undefined) await engine.reloadSchemaCache();
  let channel: ChannelListener | undefined;
  return {
    handle: (request, steps) => engine.handle(request, steps),
    get read() {
      return engine.schemaCache === null ? undefined : { config: engine.config, schemaCache: engine.schemaCache };
    },
    reload: () => engine.reloadSchemaCache(),
    listen: () => {
      channel ??= listenForReloads({
        info: connectionInfo(config.dbUri, "PostgREST"),
        channel: config.dbChannel,
        observe,
        reloadSchema: () => void onSchemaChange(() => engine.reloadSchemaCache()),
        reloadConfig: () => void engine.reloadConfig(),
      });
    },
    close: async () => {
      await channel?.close();
      await engine.close();
    },
  };
}
