/** Removes what runs left behind when they were killed and their reaper with them. */
import type { DockerEngine } from "./engine.ts";
import { isOrphan, RUN } from "./labels.ts";

/** Containers and networks of owners that are gone; returns their names. Failures are left to the next sweep. */
export async function sweep({ api }: DockerEngine): Promise<string[]> {
  const removed: string[] = [];
  const remove = (name: string, removal: Promise<unknown>) => removal.then(() => removed.push(name));
  const containers = await api.listContainers({ all: true, filters: { label: [RUN] } });
  await Promise.allSettled(
    containers
      .filter(({ Labels }) => isOrphan(Labels))
      .map(({ Id, Names }) =>
        remove(`container ${Names[0]?.slice(1)}`, api.getContainer(Id).remove({ force: true, v: true })),
      ),
  );
  const networks = await api.listNetworks({ filters: { label: [RUN] } });
  await Promise.allSettled(
    networks
      .filter(({ Labels }) => isOrphan(Labels))
      .map(({ Id, Name }) => remove(`network ${Name}`, api.getNetwork(Id).remove())),
  );
  return removed;
}
