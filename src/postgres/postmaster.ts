/** The running server of a data directory, as its postmaster.pid file and the process table tell it. */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Binaries } from "./binaries.ts";
import { PostgresError } from "./errors.ts";
import { type ProcessInfo, processInfo } from "./process-info.ts";

export interface PostmasterFile {
  readonly pid: number;
  readonly port: number;
  /** `ready`, `starting`, `stopping`; empty while the file is being written. */
  readonly status: string;
}

/** Postgres writes a fixed line per fact: pid, directory, start time, port, socket directory, address, shared memory, status. */
export function parsePostmasterFile(text: string): PostmasterFile | undefined {
  const lines = text.split("\n");
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid === 0) return undefined;
  // A stand-alone backend (initdb, recovery by hand) writes its pid negated.
  return { pid: Math.abs(pid), port: Number(lines[3] ?? 0) || 0, status: (lines[7] ?? "").trim() };
}

const pidFile = (dataDirectory: string) => join(dataDirectory, "postmaster.pid");

export function readPostmasterFile(dataDirectory: string): PostmasterFile | undefined {
  try {
    return parsePostmasterFile(readFileSync(pidFile(dataDirectory), "utf8"));
  } catch {
    return undefined;
  }
}

/** The live server of this data directory, verified by its command line: a reused process number does not fool it. */
export function livePostmaster(dataDirectory: string): (PostmasterFile & ProcessInfo) | undefined {
  const file = readPostmasterFile(dataDirectory);
  const info = file === undefined ? undefined : processInfo(file.pid);
  if (file === undefined || info === undefined) return undefined;
  return info.command.includes("postgres") && info.command.includes(dataDirectory) ? { ...file, ...info } : undefined;
}

const ownerFile = (dataDirectory: string) => join(dataDirectory, "flux-dev.owner");

export { ownerFile };

/**
 * Makes the data directory free to start in. A server whose owner lives on is left alone (`IN_USE`); one whose owner was
 * killed is stopped; a pid file nobody stands behind is removed (Postgres itself would refuse when an unrelated process
 * of the same user got that number, as happens in containers).
 */
export async function clearTheWay(dataDirectory: string, binaries: Binaries): Promise<void> {
  const live = livePostmaster(dataDirectory);
  if (live === undefined) {
    rmSync(pidFile(dataDirectory), { force: true });
    return;
  }
  // A child whose parent died is adopted by another process; as long as the parent is who started it, it is in use.
  if (live.parent === ownerOf(dataDirectory)) {
    throw new PostgresError("IN_USE", {
      what: `A Postgres server already runs in ${dataDirectory} (process ${live.pid}, port ${live.port}).`,
      why: `The process that started it (${live.parent}) is still running.`,
      next: "Use that one, or stop it first (flux-dev down).",
    });
  }
  await stopServer(live.pid, "fast", binaries);
  rmSync(pidFile(dataDirectory), { force: true });
}

function ownerOf(dataDirectory: string): number | undefined {
  try {
    return Number(readFileSync(ownerFile(dataDirectory), "utf8")) || undefined;
  } catch {
    return undefined;
  }
}

/** `fast` rolls open transactions back and writes everything out; `immediate` just drops dead, for data nobody wants. */
export type StopMode = "fast" | "immediate";

const signals = { fast: "INT", immediate: "QUIT" } as const;

/** Ends the server and waits until it is gone; from fast over immediate to kill when it does not hear. */
export async function stopServer(pid: number, mode: StopMode, binaries: Binaries): Promise<void> {
  for (const [signal, patience] of [
    [signals[mode], 10_000],
    ["QUIT", 5_000],
    ["KILL", 5_000],
  ] as const) {
    if (!send(pid, signal, binaries)) return;
    for (const deadline = Date.now() + patience; Date.now() < deadline; await sleep(5)) {
      if (processInfo(pid) === undefined) return;
    }
  }
}

function send(pid: number, signal: "INT" | "QUIT" | "KILL", binaries: Binaries): boolean {
  if (process.platform === "win32") {
    // Windows has no signals; Postgres listens on a pipe that its own tool knows.
    return spawnSync(binaries.pgCtl, ["kill", signal, String(pid)]).status === 0;
  }
  try {
    return process.kill(pid, `SIG${signal}`);
  } catch {
    return false;
  }
}
