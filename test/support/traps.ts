/** Runs traps one after the other on one emulator. */
import { inProjectOf, type LoadedTrap, laterSql, type TrapVariant } from "../../src/diagnosis/traps/load.ts";
import { modes } from "../../src/project/mode/mode.ts";
import { loadProject } from "../../src/project/project.ts";
import type { Emulator } from "./emulator.ts";

/** Rejects with what the push says. */
export async function becomeTrap(emulator: Emulator, trap: LoadedTrap, variant: TrapVariant): Promise<void> {
  await inProjectOf(trap, variant, async (directory) => emulator.become(await loadProject(directory)));
  const { schema } = modes[emulator.mode].names(emulator.project.identity);
  const later = laterSql(trap, variant)?.replaceAll("{schema}", schema);
  if (later === undefined) return;
  await emulator.admin((client) => client.query(later));
  if (later.includes("notify pgrst")) await emulator.reload();
}
