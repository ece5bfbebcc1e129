/** The official Postgres image, or one that behaves alike, as a project's server. */
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { withClient } from "../admin.ts";
import type { DatabaseServer } from "../database-server.ts";
import { PostgresError } from "../errors.ts";
import { serverVersion } from "../version.ts";
import { startContainer } from "./container.ts";
import type { DockerSession } from "./session.ts";
import { dataVolume, removeVolume } from "./volumes.ts";

export interface DockerPostgresOptions {
  readonly image: string;
  /** Its name in the network; unique in the session. */
  readonly alias: string;
  /** Passed to initdb, such as `--locale-provider=icu`. */
  readonly initdbArguments: readonly string[];
  /** The superuser's. */
  readonly password: string;
  /** On this machine; 0 takes any. */
  readonly port: number;
  /** False: in memory, gone when it stops. */
  readonly keep: boolean;
  /** Throw away what an earlier run kept. */
  readonly fresh: boolean;
  readonly durable: boolean;
  onLine(line: string): void;
  progress(text: string): void;
}

/** Where the image keeps its data. */
export const DATA = "/var/lib/postgresql/data";
const PORT = 5432;
/** Making a cluster in a small virtual machine takes a while. Milliseconds. */
const PATIENCE = 120_000;

type DockerPostgres = DatabaseServer & { readonly port: number };

/** Throws `IMAGE_UNAVAILABLE`, `PORT_TAKEN` or `CONTAINER_FAILED`; a volume that it made is gone then. */
export async function startDockerPostgres(
  session: DockerSession,
  options: DockerPostgresOptions,
): Promise<DockerPostgres> {
  const volume = volumeName(session.directory, options.alias);
  try {
    return await start(session, options, volume);
  } catch (error) {
    // Nothing was kept in it yet, and no purge would know of it. Why the start failed is the news, not this.
    if (options.keep && options.fresh) await removeVolume(session.engine, volume).catch(() => {});
    throw error;
  }
}

async function start(session: DockerSession, options: DockerPostgresOptions, volume: string): Promise<DockerPostgres> {
  const { image, alias, keep, durable } = options;
  const container = await startContainer(session, {
    alias,
    image,
    env: imageEnvironment(options),
    command: imageCommand(keep && durable),
    // Fast: a session that somebody left open must not hold it up.
    stopSignal: "SIGINT",
    port: PORT,
    hostPort: options.port,
    ...(keep
      ? { volume: { name: await dataVolume(session, volume, options.fresh), target: DATA } }
      : { inMemory: { [DATA]: "rw" } }),
    patience: PATIENCE,
    // While it makes its cluster the image runs a server that listens on no network; only the last one says this with
    // a port. Which of the two it is, the first connection tells.
    readyWhen: (wait) => wait.forLogMessage(/ready to accept connections/),
    onLine: (line) => options.onLine(line),
    progress: (text) => options.progress(text),
  });
  const { host, port } = container;
  const url = `postgres://postgres:${encodeURIComponent(options.password)}@${host}:${port}/postgres`;
  const stop = () => container.stop(keep ? 15 : 0);
  try {
    const { text } = await untilConnected(url, container.exited);
    return {
      about: `Docker ${image} (${text})`,
      url,
      port,
      inNetwork: { host: alias, port: PORT },
      // The container is this stack's alone.
      alone: (work) => work(),
      exited: container.exited,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The variables of the image. */
export function imageEnvironment(
  options: Pick<DockerPostgresOptions, "password" | "initdbArguments">,
): Record<string, string> {
  return { POSTGRES_PASSWORD: options.password, POSTGRES_INITDB_ARGS: options.initdbArguments.join(" ") };
}

export function imageCommand(durable: boolean): string[] {
  const asUsual = ["max_connections=200"];
  const settings = durable ? asUsual : [...asUsual, "fsync=off", "synchronous_commit=off", "full_page_writes=off"];
  return ["postgres", ...settings.flatMap((setting) => ["-c", setting])];
}

/** The same for the same project in the same place. */
function volumeName(directory: string, alias: string): string {
  return `flux-dev-${createHash("sha256").update(directory).digest("hex").slice(0, 12)}-${alias}`;
}

async function untilConnected(url: string, exited: Promise<void>) {
  let gone = false;
  void exited.then(() => (gone = true));
  for (const deadline = Date.now() + PATIENCE; ; await sleep(50)) {
    try {
      return await withClient(url, serverVersion);
    } catch (error) {
      // `invalid_password`: an older volume of somebody's with another password; waiting will not mend that.
      const hopeless = (error as { code?: string }).code === "28P01";
      if (!hopeless && !gone && Date.now() < deadline) continue;
      throw new PostgresError(
        "CONTAINER_FAILED",
        {
          what: "The Postgres container lets nobody in.",
          why: gone ? "It ended while it was starting." : (error as Error).message,
          next: "Look into flux-dev logs --postgres, or start afresh with flux-dev up --fresh.",
        },
        error,
      );
    }
  }
}
