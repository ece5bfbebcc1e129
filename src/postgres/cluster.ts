/** The front door of this room: a running cluster, whatever state its directory was left in. */
import { randomUUID } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync } from "node:fs";
import { access, chown, constants, readdir, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { type Account, canReach, unprivilegedAccount } from "./account.ts";
import { locateBinaries } from "./binaries.ts";
import { cacheDirectory } from "./cache-directory.ts";
import { explainFileError, PostgresError } from "./errors.ts";
import { clearTheWay } from "./postmaster.ts";
import { type RunningCluster, type ServerOptions, startServer } from "./server.ts";
import { type ClusterRecipe, createCluster } from "./template.ts";
import { guardDirectory } from "./watchdog.ts";

export interface ClusterOptions extends ServerOptions, ClusterRecipe {}

/**
 * Starts the cluster of a data directory: makes it first when there is none, takes over from an owner that was killed.
 * Rejects with a `PostgresError` whose code says what is wrong.
 */
export async function startCluster(options: ClusterOptions): Promise<RunningCluster> {
  const dataDirectory = resolve(options.dataDirectory);
  checkReach(dataDirectory);
  const binaries = await locateBinaries();
  if (isAbsent(dataDirectory)) {
    makeParent(dataDirectory);
    await createCluster(dataDirectory, options);
  }
  const account = await checkDirectory(dataDirectory, binaries.major);
  await clearTheWay(dataDirectory, binaries);
  return startServer({ ...options, dataDirectory }, binaries, account);
}

/**
 * A cluster in a temporary directory that vanishes with it, or with this process; nothing is synced to disk, and where there
 * is plenty of memory nothing is written to it. `prepare` may put a data directory there, instead of a new one.
 */
export async function startThrowAwayCluster(
  options: ClusterRecipe & Pick<ServerOptions, "settings" | "port">,
  prepare?: (dataDirectory: string) => Promise<void>,
): Promise<RunningCluster> {
  // How big somebody's data are, nobody knows.
  const memory = prepare === undefined ? await memoryDirectory() : undefined;
  const dataDirectory = scratchPath("flux-dev-pg", memory);
  const guard = guardDirectory(dataDirectory);
  try {
    await prepare?.(dataDirectory);
    const cluster = await startCluster({ ...options, dataDirectory, durability: "throw-away", removeOnStop: true });
    const stop: RunningCluster["stop"] = (how) => cluster.stop(how).then(guard.release);
    return { ...cluster, stop, [Symbol.asyncDispose]: () => stop() };
  } catch (error) {
    await rm(dataDirectory, { recursive: true, force: true });
    guard.release();
    throw error;
  }
}

/** Removes a cluster's files; a server that a killed owner left running in them is stopped first. */
export async function discardCluster(dataDirectory: string): Promise<void> {
  await clearTheWay(dataDirectory, await locateBinaries());
  await rm(dataDirectory, { recursive: true, force: true });
}

/** A name for a temporary directory that nobody has yet. */
export function scratchPath(prefix: string, directory: string = scratchDirectory()): string {
  return join(directory, `${prefix}-${randomUUID().slice(0, 13)}`);
}

/** Bytes that must be free: a cluster takes 50 MB, and each copy of a small database 8 MB more. */
const PLENTY = 4_000_000_000;

/**
 * Linux' file system in memory, unless somebody says where temporary files belong. Copies of databases, which is what tests
 * make by the hundred, take a third of the time there.
 */
async function memoryDirectory(): Promise<string | undefined> {
  const path = "/dev/shm";
  if (process.platform !== "linux" || process.env["TMPDIR"] || !canReach(path, unprivilegedAccount())) return undefined;
  try {
    await access(path, constants.W_OK);
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize >= PLENTY ? path : undefined;
  } catch {
    return undefined;
  }
}

function scratchDirectory(): string {
  return canReach(tmpdir(), unprivilegedAccount()) ? tmpdir() : cacheDirectory();
}

/** Whether Postgres, as the account it would run as, can get to a directory there (which need not exist yet). */
export function isReachable(dataDirectory: string): boolean {
  return canReach(dirname(resolve(dataDirectory)), unprivilegedAccount(dataDirectory));
}

function checkReach(dataDirectory: string): void {
  if (isReachable(dataDirectory)) return;
  throw new PostgresError("UNREACHABLE_DIRECTORY", {
    what: `Postgres cannot reach ${dataDirectory}.`,
    why: "As root it runs as a user without privileges, and a directory above is closed to that user.",
    next: "Work in a directory that others may enter, or run flux-dev as a normal user.",
  });
}

function isAbsent(dataDirectory: string): boolean {
  if (!existsSync(dataDirectory)) return true;
  try {
    if (readdirSync(dataDirectory).length > 0) return false;
    rmdirSync(dataDirectory);
    return true;
  } catch (error) {
    throw explainFileError(error, dataDirectory, "read");
  }
}

function makeParent(dataDirectory: string): void {
  try {
    mkdirSync(dirname(dataDirectory), { recursive: true });
  } catch (error) {
    throw explainFileError(error, dirname(dataDirectory), "create");
  }
}

/** Mends what can be mended (modes; as root, owners) and refuses the rest; returns the account to run as. */
async function checkDirectory(dataDirectory: string, major: string): Promise<Account | undefined> {
  const account = unprivilegedAccount(dataDirectory);
  const stats = statSync(dataDirectory);
  if (account === undefined && process.getuid !== undefined && stats.uid !== process.getuid()) {
    throw new PostgresError("WRONG_OWNER", {
      what: `Postgres may not use ${dataDirectory}.`,
      why: `It belongs to user ${stats.uid}, and this is user ${process.getuid()} (an earlier run with sudo, perhaps).`,
      next: `Change the owner: sudo chown -R "$(id -un)" ${dataDirectory}`,
    });
  }
  if (account !== undefined && stats.uid !== account.uid) await handOverTree(dataDirectory, account);
  // Copies made by other tools often lose the mode, and Postgres insists on it.
  if (process.platform !== "win32" && (stats.mode & 0o077) !== 0) chmodSync(dataDirectory, 0o700);
  checkVersion(dataDirectory, major);
  return account;
}

function checkVersion(dataDirectory: string, major: string): void {
  const file = join(dataDirectory, "PG_VERSION");
  const found = existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
  if (found === major) return;
  throw found === undefined
    ? new PostgresError("NOT_A_CLUSTER", {
        what: `${dataDirectory} is not a Postgres data directory.`,
        why: "It holds files, but no PG_VERSION.",
        next: "Move it away, or start afresh with flux-dev up --fresh.",
      })
    : new PostgresError("VERSION_MISMATCH", {
        what: `The data in ${dataDirectory} was made by Postgres ${found}; this flux-dev brings Postgres ${major}.`,
        why: "Data files of one major version cannot be read by another.",
        next: "Start afresh (flux-dev up --fresh), or use the flux-dev version that made them.",
      });
}

async function handOverTree(directory: string, account: Account): Promise<void> {
  await chown(directory, account.uid, account.gid);
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    await chown(join(entry.parentPath ?? entry.path, entry.name), account.uid, account.gid);
  }
}
