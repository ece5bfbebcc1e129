/** Takes away whatever a project's stacks left: data, containers' volumes, and what is theirs on a given Postgres. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { discardCluster } from "../postgres/cluster.ts";
import { readJson } from "./json-file.ts";
import { dataRoot, placesIn } from "./places.ts";
import type { StackState } from "./state.ts";

/** The stack must not be running. Returns what was removed, for people. A given server that cannot be reached rejects. */
export async function purge(directory: string): Promise<string[]> {
  const home = resolve(directory);
  const places = placesIn(home);
  const state = readJson<StackState>(places.state);
  if (state === undefined) return [];
  const removed: string[] = [];
  for (const { url, mark } of state.given ?? []) {
    const { purgeGivenServer } = await import("../postgres/given/purge.ts");
    const { shownUrl } = await import("../postgres/given/location.ts");
    for (const name of await purgeGivenServer(url, mark)) removed.push(`${name} on ${shownUrl(url)}`);
  }
  if (hasUsedDocker(state)) {
    const { purgeDocker } = await import("../postgres/docker/purge.ts");
    removed.push(...(await purgeDocker(home)));
  }
  const root = dataRoot(places);
  for (const mode of ["v1", "v2"]) {
    const data = join(root, mode);
    if (existsSync(data)) await discardCluster(data);
  }
  await rm(root, { recursive: true, force: true });
  await rm(places.root, { recursive: true, force: true });
  return [...removed, places.root];
}

/**
 * What a killed run left in the engine, where its reaper was killed as well. Data stays. Returns what was removed, for people.
 */
export async function tidyUp(directory: string): Promise<string[]> {
  const places = placesIn(resolve(directory));
  const state = readJson<StackState>(places.state);
  if (state === undefined || !hasUsedDocker(state)) return [];
  const { clearOrphans } = await import("../postgres/docker/purge.ts");
  return clearOrphans(resolve(directory));
}

/** States written before `docker` was remembered say it by their databases. */
const hasUsedDocker = ({ docker, databases }: StackState): boolean =>
  docker === true || Object.keys(databases).some((key) => key.endsWith("@docker"));
