/** Who runs the stack of a directory. The file is claimed by one process and believed only while that process lives. */
import { randomUUID } from "node:crypto";
import { linkSync, renameSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { processInfo } from "../postgres/process-info.ts";
import { StackError } from "./errors.ts";
import { readJson, unwritable, writeJson } from "./json-file.ts";

export interface RunRecord {
  readonly pid: number;
  /** The process's start, so that a reused number is no proof of life. */
  readonly started: string;
  /** Absent while the stack is starting. */
  readonly control?: { readonly url: string; readonly token: string };
}

/** The live owner of the directory's stack, or undefined. */
export function readRun(path: string): RunRecord | undefined {
  let record: RunRecord | undefined;
  try {
    record = readJson<RunRecord>(path);
  } catch {
    // Somebody's editor, or a disk that filled up: nobody can be found behind it.
    return undefined;
  }
  return record !== undefined && isLive(record) ? record : undefined;
}

const isLive = ({ pid, started }: RunRecord): boolean => processInfo(pid)?.started === started;

/** Takes the directory for this process. Throws `ALREADY_RUNNING` while another live process has it. */
export function claimRun(path: string): void {
  const draft = `${path}.${randomUUID()}.tmp`;
  writeJson(draft, thisProcess() satisfies RunRecord);
  try {
    // A file left by a dead process is put aside once; whoever then comes first has the directory.
    if (appears(draft, path)) return;
    const owner = readRun(path);
    if (owner !== undefined) throw alreadyRunning(owner);
    putAside(path);
    if (!appears(draft, path)) throw alreadyRunning(readRun(path));
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Gives the draft its real name unless that is taken: with its contents or not at all. */
function appears(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw unwritable(path, error);
  }
}

/** Somebody may have replaced the dead record since it was read; theirs goes back. */
function putAside(path: string): void {
  const aside = `${path}.${randomUUID()}.tmp`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (readRun(aside) !== undefined) appears(aside, path);
  rmSync(aside, { force: true });
}

const thisProcess = () => ({ pid: process.pid, started: processInfo(process.pid)?.started ?? "" });

export function publishControl(path: string, control: { url: string; token: string }): void {
  writeJson(path, { ...thisProcess(), control } satisfies RunRecord);
}

/**
 * Resolves when the record has gone or names somebody else, as after `git clean -xfd` under a running stack. No command
 * finds that stack any more, so it had better end. Looks every `interval` milliseconds; keeps no process alive.
 */
export async function runLost(path: string, interval = 1000): Promise<void> {
  // Twice in a row: a file that is being written is no sign.
  for (let misses = 0; misses < 2; misses = names(path, process.pid) ? 0 : misses + 1) {
    await sleep(interval, undefined, { ref: false });
  }
}

function names(path: string, pid: number): boolean {
  try {
    return readJson<RunRecord>(path)?.pid === pid;
  } catch {
    return false;
  }
}

export function releaseRun(path: string): void {
  if (readRun(path)?.pid === process.pid) rmSync(path, { force: true });
}

function alreadyRunning(owner: RunRecord | undefined): StackError {
  return new StackError("ALREADY_RUNNING", {
    what: "A stack for this directory is already running or starting.",
    why: owner === undefined ? "Another process took the directory at the same moment." : `It is process ${owner.pid}.`,
    next: "Use it (flux-dev status), or stop it first (flux-dev down).",
  });
}
