/** The official PostgREST image, or one that behaves alike. */

import type { ContainerSpec } from "../../postgres/docker/container.ts";
import { startContainer } from "../../postgres/docker/container.ts";
import type { DockerSession } from "../../postgres/docker/session.ts";
import { ReloadWatch } from "./reload-watch.ts";
import { RestartLimit } from "./restart-limit.ts";
import type { RunningPostgrest } from "./types.ts";

export interface DockerPostgrestOptions {
  readonly image: string;
  /** Its name in the network; unique in the session. */
  readonly alias: string;
  /** `PGRST_*`; its database by an address that containers reach. */
  readonly env: Readonly<Record<string, string>>;
  readonly extraHosts: NonNullable<ContainerSpec["extraHosts"]>;
  onLine(line: string): void;
  /** Something that the user should know, such as a restart. */
  warn(text: string): void;
  progress(text: string): void;
}

/** Inside. */
export const PORT = 3000;
/** Milliseconds. */
const PATIENCE = 60_000;

/** A container that ends this often within a minute will not get better. */
const MAX_RESTARTS = 5;

/** Throws `IMAGE_UNAVAILABLE` or `CONTAINER_FAILED`. One that ends by itself is started again, on the same port. */
export async function startDockerPostgrest(
  session: DockerSession,
  options: DockerPostgrestOptions,
): Promise<RunningPostgrest> {
  const reloads = new ReloadWatch();
  const onLine = (line: string) => {
    reloads.line(line);
    options.onLine(line);
  };
  const start = (hostPort: number) => startContainer(session, specification(options, hostPort, onLine));
  let container = await start(0);
  let stopping = false;

  async function supervise(): Promise<void> {
    for (const limit = new RestartLimit(MAX_RESTARTS); ; ) {
      await container.exited;
      if (stopping) return;
      if (!limit.allows()) return options.warn("PostgREST's container ends again and again; it is left alone now.");
      options.warn("PostgREST's container ended; starting it again.");
      try {
        container = await start(container.port);
      } catch (error) {
        return options.warn(`PostgREST's container did not start again: ${(error as Error).message}`);
      }
      if (stopping) await container.stop(5);
    }
  }

  void supervise();
  return {
    url: `http://${container.host}:${container.port}`,
    version: /:v?(\d[\d.]*)/.exec(options.image)?.[1],
    afterReload: (trigger) => reloads.after(trigger),
    stop: () => {
      stopping = true;
      return container.stop(5);
    },
  };
}

/** `PGRST_*` as a container gets them. */
export const imageEnvironment = (env: Readonly<Record<string, string>>): Record<string, string> => ({
  ...env,
  PGRST_SERVER_PORT: String(PORT),
});

function specification(
  options: DockerPostgrestOptions,
  hostPort: number,
  onLine: (line: string) => void,
): ContainerSpec {
  return {
    alias: options.alias,
    image: options.image,
    env: imageEnvironment(options.env),
    extraHosts: options.extraHosts,
    port: PORT,
    hostPort,
    patience: PATIENCE,
    // 503 means that the schema cache is not loaded yet.
    readyWhen: (wait) =>
      wait
        .forHttp("/", PORT, { abortOnContainerExit: true })
        .forStatusCodeMatching((status) => status !== 503)
        .withReadTimeout(250),
    onLine,
    progress: (text) => options.progress(text),
  };
}
