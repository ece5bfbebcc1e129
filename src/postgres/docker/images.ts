/** Images: there already, or pulled with a word about how far that is. */
import { PostgresError } from "../errors.ts";
import type { DockerEngine } from "./engine.ts";

interface PullEvent {
  readonly id?: string;
  readonly status?: string;
  readonly error?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
}

/** Pulls the image unless the engine has it. Throws `IMAGE_UNAVAILABLE`. */
export async function ensureImage(engine: DockerEngine, image: string, progress: (text: string) => void) {
  if (await hasImage(engine, image)) return;
  progress(`Pulling ${image}`);
  try {
    await pull(engine, image, progress);
  } catch (error) {
    // A private registry wants the credentials that testcontainers knows how to find.
    if (!(await pullWithCredentials(engine, image))) throw imageUnavailable(image, error);
  }
}

export async function hasImage({ api }: DockerEngine, image: string): Promise<boolean> {
  return api
    .getImage(image)
    .inspect()
    .then(
      () => true,
      () => false,
    );
}

async function pull({ api }: DockerEngine, image: string, progress: (text: string) => void): Promise<void> {
  const stream = await api.pull(tagged(image));
  const layers = new Map<string, { current: number; total: number }>();
  await new Promise<void>((resolve, reject) => {
    const onEvent = ({ id, status, progressDetail }: PullEvent) => {
      if (id === undefined || status !== "Downloading" || progressDetail?.total === undefined) return;
      layers.set(id, { current: progressDetail.current ?? 0, total: progressDetail.total });
      progress(`Pulling ${image} (${megabytes(layers, "current")} of ${megabytes(layers, "total")} MB)`);
    };
    api.modem.followProgress(stream, (error) => (error === null ? resolve() : reject(error)), onEvent);
  });
}

async function pullWithCredentials(engine: DockerEngine, image: string): Promise<boolean> {
  try {
    await engine.client.image.pull(engine.testcontainers.ImageName.fromString(image));
    return await hasImage(engine, image);
  } catch {
    return false;
  }
}

/** Without a tag the engine would pull them all. */
const tagged = (image: string): string => (/[:@][^/]*$/.test(image) ? image : `${image}:latest`);

function megabytes(layers: ReadonlyMap<string, { current: number; total: number }>, key: "current" | "total"): number {
  return Math.round([...layers.values()].reduce((sum, layer) => sum + layer[key], 0) / 1e6);
}

function imageUnavailable(image: string, cause: unknown): PostgresError {
  const message = (cause as Error).message.replace(/^\(HTTP code \d+\) [a-z ]+ - /, "").trim();
  return new PostgresError(
    "IMAGE_UNAVAILABLE",
    {
      what: `The image ${image} is not here and could not be pulled.`,
      why: `The engine says: ${message}`,
      next: "Check the network and the name, load the image by hand (docker load), or name another one (`docker` in the configuration).",
    },
    cause,
  );
}
