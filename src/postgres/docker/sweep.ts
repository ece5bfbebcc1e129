/** Removes what runs left behind when they were killed and their reaper with them. */
import type { DockerEngine } from "./engine.ts";
import { isOrphan, RUN } from "./labels.ts";

/** Containers and networks of owners that are gone. Failures are left to the next sweep. */
export async function sweep({ api }: DockerEngine): Promise<void> {
  const containers = await api.listContainers({ all: true, filters: { label: [RUN] } });
  const orphans = containers.filter(({ Labels }) => isOrphan(Labels));
  await Promise.allSettled(orphans.map(({ Id }) => api.getContainer(Id).remove({ force: true, v: true })));
  const networks = await api.listNetworks({ filters: { label: [RUN] } });
  const unused = networks.filter(({ Labels }) => isOrphan(Labels));
  await Promise.allSettled(unused.map(({ Id }) => api.getNetwork(Id).remove()));
}
