/** Runs traps one after the other on one emulator. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type LoadedTrap, laterSql, type TrapVariant, trapProject } from "../../src/diagnosis/traps/load.ts";
import { modes } from "../../src/project/mode/mode.ts";
import type { Emulator } from "./emulator.ts";

/** Rejects with what the push says. */
export async function becomeTrap(emulator: Emulator, trap: LoadedTrap, variant: TrapVariant): Promise<void> {
  await emulator.become(await trapProject(trap, variant));
  const { schema } = modes[emulator.mode].names(emulator.project.identity);
  const later = laterSql(trap, variant)?.replaceAll("{schema}", schema);
  if (later === undefined) return;
  await emulator.admin((client) => client.query(later));
  if (later.includes("notify pgrst")) await emulator.reload();
}

/** Whether the neighbour is another project, or the same one asked in another way. */
export const neighbourDiffers = (trap: LoadedTrap): boolean => existsSync(join(trap.directory, "neighbour"));
