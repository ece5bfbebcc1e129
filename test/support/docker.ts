/** For tests of the Docker parts: the engine's things that flux-dev made, and projects whose images are those of the run. */
import { inject } from "vitest";
import { connectEngine } from "../../src/postgres/docker/engine.ts";
import { DIRECTORY, RUN } from "../../src/postgres/docker/labels.ts";
import type { FluxDevConfig } from "../../src/project/config-schema.ts";
import type { ImagePart } from "./global-docker.ts";

const { noEngine, noImage } = inject("dockerTests");
export const { images } = inject("dockerTests");

/** For `test.skipIf`: without an engine, or without one of these images. The reason is said at the end of the run. */
export const without = (...parts: ImagePart[]): boolean =>
  noEngine !== undefined || parts.some((part) => noImage[part] !== undefined);

/** The configuration of a project that runs the images of this test run. */
export function onImages(config: FluxDevConfig = {}): FluxDevConfig {
  const docker = {
    postgresImage: { v1: images.postgresV1, v2: images.postgresV2 },
    postgrestImage: { v1: images.postgrestV1, v2: images.postgrestV2 },
  };
  return { ...config, docker };
}

/** What the engine has of a project directory's stacks, by name. */
export async function leftovers(directory: string) {
  const { api } = await connectEngine(directory);
  const filters = { label: [`${DIRECTORY}=${directory}`] };
  const containers = await api.listContainers({ all: true, filters });
  const networks = await api.listNetworks({ filters });
  const { Volumes } = await api.listVolumes({ filters });
  return {
    containers: containers.filter(({ Labels }) => Labels[RUN] !== undefined).map(({ Names }) => Names[0]!),
    networks: networks.map(({ Name }) => Name),
    volumes: (Volumes ?? []).map(({ Name }) => Name),
  };
}

export const nothing = { containers: [], networks: [], volumes: [] };

/** The addresses on this machine at which the directory's containers are published. */
export async function publishedAddresses(directory: string): Promise<string[]> {
  const { api } = await connectEngine(directory);
  const containers = await api.listContainers({ filters: { label: [`${DIRECTORY}=${directory}`] } });
  return containers.flatMap(({ Ports }) => Ports.map(({ IP }) => IP));
}
