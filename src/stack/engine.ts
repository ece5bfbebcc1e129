/** The built-in PostgREST of one mode: configured as the platform configures the real one, reloading on NOTIFY. */
import type { Upstream } from "../gateway/types.ts";
import type { RunningCluster } from "../postgres/server.ts";
import { readConfig } from "../postgrest/config/read.ts";
import { configReader } from "../postgrest/config/reader.ts";
import { dialects } from "../postgrest/dialect.ts";
import { createEngine } from "../postgrest/engine.ts";
import type { Observation } from "../postgrest/observation.ts";
import { listenForReloads } from "../postgrest/server/listener.ts";
import { logMessages } from "../postgrest/server/log-messages.ts";
import { connectionInfo } from "../postgrest/transaction/conninfo.ts";
import { modes } from "../project/mode/mode.ts";
import type { ModeName } from "../project/mode/types.ts";
import type { Project } from "../project/project.ts";
import type { ProjectSecrets } from "../project/secrets.ts";
import type { Clock } from "../time/clock.ts";
import type { Logbook } from "./logbook.ts";

export interface EmbeddedPostgrest {
  readonly handle: Upstream;
  /** Resolves when the schema cache has been read again. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

export interface EmbeddedPostgrestOptions {
  readonly mode: ModeName;
  readonly project: Project;
  readonly secrets: ProjectSecrets;
  readonly cluster: RunningCluster;
  readonly clock: Clock;
  readonly log: Logbook;
}

export async function startPostgrest(options: EmbeddedPostgrestOptions): Promise<EmbeddedPostgrest> {
  const { mode, clock, log } = options;
  const env = postgrestEnvironment(options);
  const version = modes[mode].postgrestVersion;
  const dialect = dialects[version];
  const config = readConfig({ env }, dialect);
  const observe = (observation: Observation) => {
    for (const text of logMessages(observation)) log.write("postgrest", "info", text);
  };
  const engine = await createEngine({
    config,
    version,
    clock,
    log: observe,
    readConfig: configReader({ env }, dialect),
  });
  const channel = listenForReloads({
    info: connectionInfo(config.dbUri, "PostgREST"),
    channel: config.dbChannel,
    observe,
    reloadSchema: () => void engine.reloadSchemaCache(),
    reloadConfig: () => void engine.reloadConfig(),
  });
  return {
    handle: (request, steps) => engine.handle(request, steps),
    reload: () => engine.reloadSchemaCache(),
    close: async () => {
      await channel.close();
      await engine.close();
    },
  };
}

/** The variables of the platform's container, then the project's own (`flux env set` on v1). */
function postgrestEnvironment(
  options: Pick<EmbeddedPostgrestOptions, "mode" | "project" | "secrets" | "cluster">,
): Record<string, string> {
  const { mode, project, secrets, cluster } = options;
  const uri = new URL(cluster.url("postgres", modes[mode].names(project.identity).loginRole));
  uri.password = secrets.database;
  const atGateway = modes[mode].tokens.verifiedBy === "gateway";
  const { audience } = project.config;
  return {
    ...modes[mode].postgrestSettings(project.identity),
    PGRST_DB_URI: uri.href,
    // On v2 apps never see this secret: the gateway signs with it.
    PGRST_JWT_SECRET: atGateway ? secrets.pool : secrets.project[mode],
    ...(atGateway || audience === undefined ? {} : { PGRST_JWT_AUD: audience }),
    ...project.config.postgrestEnv,
  };
}
