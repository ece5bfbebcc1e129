/** Takes away what a project's stacks have left in the engine: by labels, so that a start which was killed is no exception. */
import { PostgresError } from "../errors.ts";
import { connectEngine, type DockerEngine } from "./engine.ts";
import { DIRECTORY } from "./labels.ts";
import { sweep } from "./sweep.ts";
import { removeVolume } from "./volumes.ts";

/** Containers and networks whose owners were killed, in whatever directory. Returns their names. Throws `DOCKER_UNAVAILABLE`. */
export async function clearOrphans(directory: string): Promise<string[]> {
  return sweep(await engineFor(directory));
}

/** The same, and every volume that holds data of the directory's project. */
export async function purgeDocker(directory: string): Promise<string[]> {
  const engine = await engineFor(directory);
  const swept = await sweep(engine);
  const { Volumes } = await engine.api.listVolumes({ filters: { label: [`${DIRECTORY}=${directory}`] } });
  const names = (Volumes ?? []).map(({ Name }) => Name);
  for (const name of names) await removeVolume(engine, name);
  return [...swept, ...names.map((name) => `volume ${name}`)];
}

/** Whoever wants to tidy up is not helped by the advice to do without Docker. */
function engineFor(directory: string): Promise<DockerEngine> {
  return connectEngine(directory).catch((error: unknown) => {
    if (!(error instanceof PostgresError)) throw error;
    throw new PostgresError(
      error.code,
      {
        what: "This project has used Docker, and what it left there cannot be removed now.",
        why: `${error.message} ${error.why}`,
        next: `Start the engine and repeat the command. Where there is none any more, remove .flux-dev by hand; docker volume ls --filter label=${DIRECTORY} lists what an engine keeps.`,
      },
      error,
    );
  });
}
