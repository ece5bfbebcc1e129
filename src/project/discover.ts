/** Which SQL files belong to a project: the places and the order of `flux push`. */
import { readdirSync, statSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";
import { ProjectFileError } from "./problems.ts";
import { directoryMode, fileMode, type PushChoice, type PushMode } from "./push-choice.ts";

/** Where `flux push` without an argument looks, first existing wins. */
const PUSH_TARGETS = ["migrations", "flux/migrations", "sql/migrations", "sql", "schema.sql"];
/** A single file below one of these is versioned unless told otherwise. */
const VERSIONED_PREFIXES = ["migrations/", "flux/migrations/", "sql/migrations/"];
/** The platform has no seed; these are the emulator's own places. */
const SEED_FILES = ["seed.sql", "flux/seed.sql", "sql/seed.sql"];

export interface SqlFile {
  /** Base name; also the version of a versioned migration. */
  readonly name: string;
  /** Absolute; empty where `sql` is given. */
  readonly path: string;
  /** The text of what is no file. */
  readonly sql?: string;
  /** Relative to the project, with `/`; what messages show. */
  readonly shown: string;
}

export interface PushTarget {
  readonly kind: "file" | "directory";
  /** Relative to the project. */
  readonly shown: string;
  readonly mode: PushMode;
  readonly files: readonly SqlFile[];
  /** Of a repeatable script. */
  readonly id?: string | undefined;
  readonly force?: boolean | undefined;
}

/** The push target for an argument, or the default one. Throws with the platform's texts. */
export function pushTarget(directory: string, argument?: string, choice: PushChoice = {}): PushTarget {
  const target = argument ?? PUSH_TARGETS.find((place) => exists(join(directory, place)));
  if (target === undefined) {
    throw new Error(
      "No push target found. Pass a .sql file or migrations directory, or add one of: migrations/, flux/migrations/, sql/migrations/, sql/, schema.sql",
    );
  }
  const path = isAbsolute(target) ? target : join(directory, target);
  const shown = shownPath(directory, path);
  if (!exists(path)) throw new Error(`No such file or directory: ${target}`);
  if (statSync(path).isDirectory()) {
    return { kind: "directory", shown, mode: directoryMode(choice), files: sqlFilesIn(directory, path) };
  }
  if (!path.endsWith(".sql")) throw new Error(`${target} is not a .sql file.`);
  const versioned = VERSIONED_PREFIXES.some((prefix) => shown.startsWith(prefix));
  const mode = fileMode(choice, versioned ? "versioned" : "raw");
  const { id, force } = choice;
  return { kind: "file", shown, mode, files: [sqlFile(directory, path)], id, force };
}

/** True when `flux push` without an argument would find something. */
export function hasPushTarget(directory: string): boolean {
  return PUSH_TARGETS.some((place) => exists(join(directory, place)));
}

/** The top-level .sql files of a directory in code-unit order of their names: `9_x.sql` comes after `10_x.sql`. */
function sqlFilesIn(directory: string, path: string): SqlFile[] {
  let names: string[];
  try {
    names = readdirSync(path);
  } catch (error) {
    throw new Error(`Cannot read migrations directory ${path}: ${(error as Error).message}`);
  }
  const files = names
    .filter((name) => name.endsWith(".sql") && statSync(join(path, name)).isFile())
    .sort((a, b) => (a < b ? -1 : 1));
  if (files.length === 0) throw new Error(`No .sql files found in ${path}`);
  return files.map((name) => sqlFile(directory, join(path, name)));
}

/** Seed files as configured, or the first of the usual places. A configured path that does not exist is an error. */
export function seedFiles(
  directory: string,
  configured: string | readonly string[] | false | undefined,
  source: string,
): SqlFile[] {
  if (configured === false) return [];
  if (configured === undefined) {
    const usual = SEED_FILES.find((place) => exists(join(directory, place)));
    return usual === undefined ? [] : [sqlFile(directory, join(directory, usual))];
  }
  return [configured].flat().flatMap((entry) => {
    const path = isAbsolute(entry) ? entry : join(directory, entry);
    if (!exists(path)) throw new ProjectFileError(source, `seed: ${entry} does not exist.`);
    return statSync(path).isDirectory() ? sqlFilesIn(directory, path) : [sqlFile(directory, path)];
  });
}

function sqlFile(directory: string, path: string): SqlFile {
  const shown = shownPath(directory, path);
  return { name: shown.slice(shown.lastIndexOf("/") + 1), path, shown };
}

function shownPath(directory: string, path: string): string {
  return relative(directory, path).split(sep).join("/") || ".";
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
