/** A mode's Postgres from the image that the platform runs. */
import { createWriteStream } from "node:fs";
import type { DatabaseServer } from "../../postgres/database-server.ts";
import { startDockerPostgres } from "../../postgres/docker/postgres.ts";
import { modes } from "../../project/mode/mode.ts";
import { inMode } from "../../project/parts.ts";
import { imageInitdbArguments } from "../flavours.ts";
import { databaseKey } from "../state.ts";
import { bindServer } from "./port.ts";
import type { ServerOptions } from "./types.ts";

export async function openDockerPostgres(options: ServerOptions): Promise<DatabaseServer> {
  const { mode, project, state, throwAway, serverLog, progress } = options;
  const session = await options.docker();
  const log = serverLog === undefined ? undefined : createWriteStream(serverLog, { flags: "a", mode: 0o600 });
  // A full disk must not take the stack down with its log.
  log?.on("error", () => {});
  const { database } = state.now.secrets;
  const server = await bindServer(options, (port) =>
    startDockerPostgres(session, {
      image: inMode(project.config.docker.postgresImage, mode, modes[mode].postgresImage),
      alias: `postgres-${mode}`,
      initdbArguments: imageInitdbArguments[mode],
      password: database,
      port,
      keep: !throwAway,
      // What is not known to hold the project is of no use, and may have another password.
      fresh: state.now.databases[databaseKey(mode, options.postgres)] === undefined,
      durable: project.config.durable,
      onLine: (line) => void log?.write(`${line}\n`),
      progress,
    }),
  );
  void server.exited.then(() => log?.end());
  return server;
}
