/** Returning to a snapshot where no stack runs. */
import { loadProject } from "../project/project.ts";
import { ownHome } from "./home.ts";
import { restoreSnapshot } from "./snapshots.ts";
import { StateFile } from "./state.ts";

/** Holds the directory meanwhile, so that no stack starts in it. Throws `StackError`. */
export async function restoreAtRest(directory: string, name: string): Promise<void> {
  const project = await loadProject(directory);
  const home = await ownHome(directory);
  try {
    const state = await StateFile.open(home.places!.state, directory, project);
    await restoreSnapshot(directory, name, home.dataRoot, (mode, ready) => state.setDatabase(mode, ready));
  } finally {
    await home.release();
  }
}
