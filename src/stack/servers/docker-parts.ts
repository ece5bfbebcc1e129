/** The stack's containers: nothing of Docker is loaded before the first one is asked for. */
import type { DockerSession, SessionOptions } from "../../postgres/docker/session.ts";

export interface DockerParts {
  readonly session: () => Promise<DockerSession>;
  /** Removes whatever was started. */
  close(): Promise<void>;
}

export function dockerParts(options: SessionOptions): DockerParts {
  let opened: Promise<DockerSession> | undefined;
  return {
    session: () => {
      opened ??= import("../../postgres/docker/session.ts").then(({ openDockerSession }) => openDockerSession(options));
      // An engine that was not there may be there at the next attempt (another mode, say).
      opened.catch(() => (opened = undefined));
      return opened;
    },
    close: async () => (await opened?.catch(() => undefined))?.close(),
  };
}
