/** Finds the traps, and makes projects of them: the broken one, and its neighbour without the mistake. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ModeName } from "../../project/mode/types.ts";
import { ProjectFileError, problemsOf, readJsonFile } from "../../project/problems.ts";
import { type Trap, trapSchema } from "./schema.ts";

/** Reached from `src` and from the built package alike. */
const TRAPS_DIRECTORY = fileURLToPath(new URL("../../../fixtures/traps", import.meta.url));

/** SQL that runs as the superuser once PostgREST has read its schema cache: what happens behind its back. */
const LATER_FILE = "later.sql";
const OVERLAY = "neighbour";

export interface LoadedTrap extends Trap {
  /** Name of its directory, `09-dropped-claim`. */
  readonly name: string;
  readonly directory: string;
}

export type TrapVariant = "broken" | "neighbour";

/** All traps by number. Throws `ProjectFileError` for a trap.json that is not right. */
export function listTraps(root: string = TRAPS_DIRECTORY): LoadedTrap[] {
  const directories = readdirSync(root).filter((name) => existsSync(join(root, name, "trap.json")));
  return directories.map((name) => readTrap(join(root, name))).sort((a, b) => a.number - b.number);
}

/** By number, or by name with or without its number; undefined when there is none. */
export function findTrap(wanted: string, traps: readonly LoadedTrap[] = listTraps()): LoadedTrap | undefined {
  const number = /^\d+$/.test(wanted) ? Number(wanted) : undefined;
  return traps.find(
    (trap) => trap.number === number || trap.name === wanted || trap.name.replace(/^\d+-/, "") === wanted,
  );
}

function readTrap(directory: string): LoadedTrap {
  const shown = `${basename(directory)}/trap.json`;
  const parsed = trapSchema.safeParse(readJsonFile(join(directory, "trap.json"), shown));
  if (!parsed.success) throw problemsOf(shown, parsed.error);
  const trap = { ...parsed.data, name: basename(directory), directory };
  if (!trap.name.startsWith(`${String(trap.number).padStart(2, "0")}-`)) {
    throw new ProjectFileError(shown, `number is ${trap.number}, which is not what the directory's name begins with.`);
  }
  return trap;
}

export function trapModes(trap: Trap): ModeName[] {
  return [...new Set(trap.cases.flatMap((one) => one.modes))].sort();
}

/** Where only the request differs, the neighbour has none. */
export const hasOwnFiles = ({ directory }: LoadedTrap): boolean => existsSync(join(directory, OVERLAY));

/**
 * Works in a directory that holds the trap as a project. The neighbour's is a copy with the files of `neighbour/` put over it:
 * one of the same path takes the place of the trap's, any other is added. It is gone afterwards.
 */
export async function inProjectOf<T>(
  trap: LoadedTrap,
  variant: TrapVariant,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  if (variant === "broken" || !hasOwnFiles(trap)) return work(trap.directory);
  const root = await mkdtemp(join(tmpdir(), "flux-dev-trap-"));
  try {
    const directory = join(root, basename(trap.directory));
    // All traps share their users, who stand in the directory above.
    await cp(join(TRAPS_DIRECTORY, "users.json"), join(root, "users.json"));
    await cp(trap.directory, directory, { recursive: true });
    await cp(join(trap.directory, OVERLAY), directory, { recursive: true });
    return await work(directory);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** SQL to run behind PostgREST's back, or undefined. */
export function laterSql(trap: LoadedTrap, variant: TrapVariant): string | undefined {
  const places = variant === "neighbour" ? [join(OVERLAY, LATER_FILE), LATER_FILE] : [LATER_FILE];
  const path = places.map((place) => join(trap.directory, place)).find((place) => existsSync(place));
  return path === undefined ? undefined : readFileSync(path, "utf8");
}
