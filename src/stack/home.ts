/** Where a stack's data lives while it runs: the project's own place, or one that is thrown away. */
import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { discardCluster, scratchPath } from "../postgres/cluster.ts";
import { guardDirectory } from "../postgres/watchdog.ts";
import { dataRoot, type Places, placesIn, preparePlaces } from "./places.ts";
import { unregister } from "./registry.ts";
import { claimRun, releaseRun } from "./run-file.ts";
import type { StateFile } from "./state.ts";

/** Where a stack keeps its data, and how it gives that up. */
export interface Home {
  /** Undefined for a throw-away stack. */
  readonly places: Places | undefined;
  readonly dataRoot: string;
  release(): Promise<void>;
}

/** `.flux-dev` of the directory, claimed for this process. Throws `ALREADY_RUNNING` when it is another's. */
export async function ownHome(directory: string): Promise<Home> {
  const places = placesIn(directory);
  preparePlaces(places);
  claimRun(places.run);
  return {
    places,
    dataRoot: dataRoot(places),
    release: async () => {
      unregister(directory);
      releaseRun(places.run);
    },
  };
}

/** A temporary directory that goes with the stack, or with this process. */
export async function throwAwayHome(): Promise<Home> {
  const root = scratchPath("flux-dev");
  const guard = guardDirectory(root);
  mkdirSync(root);
  if (process.getuid?.() === 0) chmodSync(root, 0o755);
  return {
    places: undefined,
    dataRoot: root,
    release: async () => {
      await rm(root, { recursive: true, force: true });
      guard.release();
    },
  };
}

/** Removes the data of both modes. */
export async function forgetData(root: string, state: StateFile): Promise<void> {
  for (const mode of ["v1", "v2"] as const) {
    const data = join(root, mode);
    if (existsSync(data)) await discardCluster(data);
    state.forgetDatabases(mode);
  }
}
