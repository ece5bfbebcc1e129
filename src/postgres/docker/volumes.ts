/** Named volumes: the data of a project that outlives its containers. */
import { PostgresError } from "../errors.ts";
import type { DockerEngine } from "./engine.ts";
import { DIRECTORY } from "./labels.ts";
import type { DockerSession } from "./session.ts";

/** The volume's name, once it exists; `fresh` empties it first. */
export async function dataVolume(session: DockerSession, name: string, fresh: boolean): Promise<string> {
  const { api } = session.engine;
  if (fresh) await removeVolume(session.engine, name);
  await api.createVolume({ Name: name, Labels: { [DIRECTORY]: session.directory } });
  return name;
}

/** Throws `IN_USE`; one that is not there is no error. */
export async function removeVolume({ api }: DockerEngine, name: string): Promise<void> {
  try {
    await api.getVolume(name).remove();
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return;
    throw new PostgresError(
      "IN_USE",
      {
        what: `The volume ${name} cannot be removed.`,
        why: (error as Error).message,
        next: "Stop the container that uses it (docker ps), and try again.",
      },
      error,
    );
  }
}
