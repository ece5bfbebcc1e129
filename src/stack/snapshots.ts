/** Named copies of a project's databases, in both modes: to return to, and to start others from. */
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { unprivilegedAccount } from "../postgres/account.ts";
import { copyCluster } from "../postgres/backup.ts";
import { discardCluster } from "../postgres/cluster.ts";
import { copyTree } from "../postgres/copy.ts";
import type { ModeName } from "../project/mode/types.ts";
import { StackError } from "./errors.ts";
import { readJson, writeJson } from "./json-file.ts";
import { dataRoot, placesIn } from "./places.ts";
import type { ReadyDatabase, StackState } from "./state.ts";

export interface SnapshotInfo {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly modes: readonly ModeName[];
  readonly bytes: number;
}

/** Beside the copies of the data directories. */
interface Contents {
  readonly version: 1;
  readonly createdAt: number;
  readonly databases: Readonly<Partial<Record<ModeName, ReadyDatabase>>>;
}

const MODES = ["v1", "v2"] as const;
const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/i;

/**
 * Copies the data of every mode that has some, whether the project's stack runs or not; one of that name is replaced.
 * Throws `StackError`, or `PostgresError` where the data cannot be copied.
 */
export async function saveSnapshot(directory: string, name: string): Promise<SnapshotInfo> {
  const place = placeOf(directory, checkedName(name));
  const places = placesIn(directory);
  const root = dataRoot(places);
  const known = readJson<StackState>(places.state)?.databases ?? {};
  const modes = MODES.filter((mode) => known[mode] !== undefined && existsSync(join(root, mode)));
  if (modes.length === 0) throw nothingToSave(directory);
  const draft = `${place}.${randomUUID()}.tmp`;
  try {
    await mkdir(draft, { recursive: true });
    // One that fails must not have its draft removed while the other still writes there.
    const copies = await Promise.allSettled(modes.map((mode) => copyCluster(join(root, mode), join(draft, mode))));
    for (const copy of copies) if (copy.status === "rejected") throw copy.reason;
    const databases = Object.fromEntries(modes.map((mode) => [mode, known[mode]!]));
    writeJson(contentsFile(draft), { version: 1, createdAt: Date.now(), databases } satisfies Contents);
    await rm(place, { recursive: true, force: true });
    await rename(draft, place);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  return describe(name, place);
}

/** The newest last. */
export function listSnapshots(directory: string): SnapshotInfo[] {
  const home = homeOf(directory);
  if (!existsSync(home)) return [];
  return readdirSync(home)
    .filter((name) => NAME.test(name) && existsSync(contentsFile(join(home, name))))
    .map((name) => describe(name, join(home, name)))
    .sort((a, b) => a.createdAt - b.createdAt);
}

export async function removeSnapshot(directory: string, name: string): Promise<void> {
  await rm(requireSnapshot(directory, name), { recursive: true, force: true });
}

/**
 * Puts the snapshot's data in the place of a stack's own; no server may run there. A mode that the snapshot lacks keeps
 * what it has. `ready` hears what each mode's database now holds.
 */
export async function restoreSnapshot(
  directory: string,
  name: string,
  root: string,
  ready: (mode: ModeName, database: ReadyDatabase) => void,
): Promise<void> {
  const place = requireSnapshot(directory, name);
  const { databases } = readJson<Contents>(contentsFile(place))!;
  for (const mode of MODES) {
    const database = databases[mode];
    if (database === undefined) continue;
    const data = join(root, mode);
    const draft = `${data}.${randomUUID()}.tmp`;
    await mkdir(root, { recursive: true });
    await copyTree(join(place, mode), draft, { account: unprivilegedAccount(root), directoryMode: 0o700 });
    if (existsSync(data)) await discardCluster(data);
    await rename(draft, data);
    ready(mode, database);
  }
}

export interface SnapshotData {
  /** A data directory to copy. */
  readonly path: string;
  readonly ready: ReadyDatabase;
}

/** One mode's data in a snapshot; undefined when it has none of that mode. Throws `NO_SNAPSHOT`. */
export function snapshotData(directory: string, name: string, mode: ModeName): SnapshotData | undefined {
  const place = requireSnapshot(directory, name);
  const ready = readJson<Contents>(contentsFile(place))!.databases[mode];
  return ready === undefined ? undefined : { path: join(place, mode), ready };
}

/** Throws `NO_SNAPSHOT` with the names there are. */
export function requireSnapshot(directory: string, name: string): string {
  const place = placeOf(directory, checkedName(name));
  if (existsSync(contentsFile(place))) return place;
  const names = listSnapshots(directory).map((snapshot) => snapshot.name);
  throw new StackError("NO_SNAPSHOT", {
    what: `There is no snapshot "${name}".`,
    why: names.length === 0 ? "This project has none." : `There are: ${names.join(", ")}.`,
    next: `Take one with flux-dev snapshot save ${name}.`,
  });
}

/** With the data: where Postgres can reach it, and kept by `up --fresh`. */
const homeOf = (directory: string): string => join(dataRoot(placesIn(directory)), "snapshots");
const placeOf = (directory: string, name: string): string => join(homeOf(directory), name);
const contentsFile = (place: string): string => join(place, "snapshot.json");

function describe(name: string, place: string): SnapshotInfo {
  const { createdAt, databases } = readJson<Contents>(contentsFile(place))!;
  const modes = MODES.filter((mode) => databases[mode] !== undefined);
  return { name, createdAt, modes, bytes: sizeOf(place) };
}

function sizeOf(directory: string): number {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath ?? dirname(directory), entry.name)).size, 0);
}

function checkedName(name: string): string {
  if (NAME.test(name)) return name;
  throw new StackError("BAD_REQUEST", {
    what: `"${name}" cannot be the name of a snapshot.`,
    why: "It becomes the name of a directory.",
    next: "Use letters, digits, dots, hyphens and underscores, at most 64.",
  });
}

function nothingToSave(directory: string): StackError {
  return new StackError("NO_SNAPSHOT", {
    what: "There are no data to take a snapshot of.",
    why: `No embedded Postgres has run for ${directory} yet.`,
    next: "Start the project first: flux-dev up.",
  });
}

/** Snapshots are copies of the embedded Postgres' files. */
export function noDataOfItsOwn(): StackError {
  return new StackError("UNSUPPORTED", {
    what: "A snapshot cannot be used here.",
    why: "Snapshots are copies of the files of the Postgres that flux-dev brings along, and this project runs on another.",
    next: "Use the embedded one (--postgres embedded).",
  });
}
