/** The official PostgREST image, or one that behaves alike. */

import type { ContainerSpec } from "../../postgres/docker/container.ts";
import { startContainer } from "../../postgres/docker/container.ts";
import type { DockerSession } from "../../postgres/docker/session.ts";
import { ReloadWatch } from "./reload-watch.ts";
import type { RunningPostgrest } from "./types.ts";

export interface DockerPostgrestOptions {
  readonly image: string;
  /** Its name in the network; unique in the session. */
  readonly alias: string;
  /** `PGRST_*`; its database by an address that containers reach. */
  readonly env: Readonly<Record<string, string>>;
  readonly extraHosts: NonNullable<ContainerSpec["extraHosts"]>;
  onLine(line: string): void;
  progress(text: string): void;
}

const PORT = 3000;
/** Milliseconds. */
const PATIENCE = 60_000;

/** Throws `IMAGE_UNAVAILABLE` or `CONTAINER_FAILED`. */
export async function startDockerPostgrest(
  session: DockerSession,
  options: DockerPostgrestOptions,
): Promise<RunningPostgrest> {
  const reloads = new ReloadWatch();
  const container = await startContainer(session, {
    alias: options.alias,
    image: options.image,
    env: { ...options.env, PGRST_SERVER_PORT: String(PORT) },
    extraHosts: options.extraHosts,
    port: PORT,
    hostPort: 0,
    patience: PATIENCE,
    // 503 means that the schema cache is not loaded yet.
    readyWhen: (wait) =>
      wait
        .forHttp("/", PORT, { abortOnContainerExit: true })
        .forStatusCodeMatching((status) => status !== 503)
        .withReadTimeout(250),
    onLine: (line) => {
      reloads.line(line);
      options.onLine(line);
    },
    progress: (text) => options.progress(text),
  });
  return {
    url: `http://${container.host}:${container.port}`,
    version: /:v?(\d[\d.]*)/.exec(options.image)?.[1],
    afterReload: (trigger) => reloads.after(trigger),
    stop: () => container.stop(5),
  };
}
