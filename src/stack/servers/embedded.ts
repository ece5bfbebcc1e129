/** The Postgres that flux-dev brings along: a cluster per mode. */
import { join } from "node:path";
import { locateBinaries } from "../../postgres/binaries.ts";
import { startCluster } from "../../postgres/cluster.ts";
import type { DatabaseServer } from "../../postgres/database-server.ts";
import { flavours } from "../flavours.ts";
import { bindServer } from "./port.ts";
import type { ServerOptions } from "./types.ts";

export async function openEmbedded(options: ServerOptions): Promise<DatabaseServer> {
  const { mode, project, throwAway } = options;
  const cluster = await bindServer(options, (port) =>
    startCluster({
      dataDirectory: join(options.dataRoot, mode),
      logFile: options.serverLog,
      port,
      flavour: flavours[mode],
      durability: throwAway || !project.config.durable ? "throw-away" : "durable",
    }),
  );
  return {
    about: await aboutEmbedded(),
    url: cluster.url(),
    // The cluster is this stack's alone.
    alone: (work) => work(),
    exited: cluster.exited,
    stop: () => cluster.stop(),
  };
}

/** For people: `embedded 16.14`. */
export async function aboutEmbedded(): Promise<string> {
  const { version } = await locateBinaries();
  return `embedded ${version.replace(/-.*/, "")}`;
}
