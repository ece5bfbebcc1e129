/** Starts the server of an existing data directory and hands back the running thing. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { explainFileError, PostgresError } from "./errors.ts";
import { explainServerLog } from "./explain-log.ts";
import { freePort } from "./port.ts";
import { ownerFile, readPostmasterFile, type StopMode, stopServer } from "./postmaster.ts";
import { serverEnvironment } from "./program.ts";
import { type Durability, serverArguments } from "./settings.ts";
import { startWatchdog } from "./watchdog.ts";

export interface ServerOptions {
  /** Absolute path. */
  readonly dataDirectory: string;
  /** 0 (the default) takes a free one. */
  readonly port?: number | undefined;
  /** Default `durable`. */
  readonly durability?: Durability | undefined;
  /** Where the server writes its log; default `server.log` in the data directory. */
  readonly logFile?: string | undefined;
  /** Remove the data directory when the server is stopped, or when its owner dies. */
  readonly removeOnStop?: boolean | undefined;
  /** Further server settings, by their Postgres names. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

export interface RunningCluster {
  readonly dataDirectory: string;
  readonly logFile: string;
  readonly port: number;
  readonly pid: number;
  /** The superuser's URL of a database, `postgres` by default, on loopback. */
  url(database?: string): string;
  /** Resolves when the server is gone, stopped or not. */
  readonly exited: Promise<void>;
  /** Ends the server; safe to call twice. Default `fast`, or `immediate` where the data is thrown away. */
  stop(options?: { mode?: StopMode }): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Attempts at a free port, should others be faster, and patience with a predecessor's shared memory, in milliseconds. */
const portAttempts = 5;
const sharedMemoryPatience = 10_000;
/** Recovery after a crash of a big database may take this long. */
const startPatience = 120_000;

/** The data directory must exist, belong to the account and be free (see `clearTheWay`). */
export async function startServer(
  options: ServerOptions,
  binaries: Binaries,
  account: Account | undefined,
): Promise<RunningCluster> {
  const patience = Date.now() + sharedMemoryPatience;
  for (let attempt = 1; ; ) {
    const port = options.port || (await freePort());
    try {
      return await startOnce({ ...options, port }, binaries, account);
    } catch (error) {
      const failure = error as PostgresError;
      // The children of a killed server need a moment to notice; until then its shared memory is taken.
      const busy = String(failure.cause).includes("pre-existing shared memory block") && Date.now() < patience;
      const unlucky = failure.code === "PORT_TAKEN" && !options.port && attempt++ < portAttempts;
      if (busy) await sleep(100);
      else if (!unlucky) throw error;
    }
  }
}

async function startOnce(
  options: ServerOptions & { port: number },
  binaries: Binaries,
  account: Account | undefined,
): Promise<RunningCluster> {
  const { dataDirectory, port, durability = "durable", removeOnStop = false } = options;
  const logFile = options.logFile ?? join(dataDirectory, "server.log");
  const log = openLog(logFile, dataDirectory);
  const defaultMode = durability === "throw-away" ? "immediate" : "fast";
  const watchdog = startWatchdog({
    account,
    signal: defaultMode === "immediate" ? "QUIT" : "INT",
    removeAfterwards: removeOnStop ? dataDirectory : undefined,
  });
  const child = spawn(
    binaries.postgres,
    ["-D", dataDirectory, ...serverArguments(port, durability, options.settings)],
    {
      // A session of its own: a Ctrl-C in the terminal reaches the owner, and the owner stops the server in its order.
      detached: true,
      stdio: ["ignore", log.descriptor, log.descriptor],
      cwd: dataDirectory,
      env: serverEnvironment(),
      ...account,
    },
  );
  if (child.pid !== undefined) watchdog.watch(child.pid);
  child.unref();
  closeSync(log.descriptor);
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  void exited.then(() => watchdog.gone());
  try {
    await untilReady(child, () => readFileSync(logFile).subarray(log.start).toString(), {
      dataDirectory,
      logFile,
      port,
    });
  } catch (error) {
    await watchdog.dismiss("keep");
    throw error;
  }

  let stopping: Promise<void> | undefined;
  const stop = async (mode: StopMode) => {
    child.ref();
    if (child.exitCode === null && child.signalCode === null) await stopServer(child.pid!, mode, binaries);
    await exited;
    if (!removeOnStop) rmSync(ownerFile(dataDirectory), { force: true });
    await watchdog.dismiss("remove");
  };
  const running: RunningCluster = {
    dataDirectory,
    logFile,
    port,
    pid: child.pid!,
    url: (database = "postgres") => `postgres://postgres@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    exited,
    stop: ({ mode = defaultMode } = {}) => (stopping ??= stop(mode)),
    [Symbol.asyncDispose]: () => running.stop(),
  };
  return running;
}

/** Server logs beyond this many bytes move aside when the server starts. */
const logLimit = 10_000_000;

function openLog(path: string, dataDirectory: string): { descriptor: number; start: number } {
  try {
    writeFileSync(ownerFile(dataDirectory), `${process.pid}\n`);
    const descriptor = openSync(path, "a", 0o600);
    const { size } = statSync(path);
    if (size <= logLimit) return { descriptor, start: size };
    closeSync(descriptor);
    renameSync(path, `${path}.1`);
    return { descriptor: openSync(path, "a", 0o600), start: 0 };
  } catch (error) {
    throw explainFileError(error, dataDirectory, "write to");
  }
}

/** Watches the pid file, whose last line says `ready` before the first connection could succeed. */
async function untilReady(
  child: ChildProcess,
  log: () => string,
  where: { dataDirectory: string; logFile: string; port: number },
): Promise<void> {
  let failure: Error | undefined;
  let gone = false;
  child.once("error", (error) => (failure = error));
  child.once("exit", () => (gone = true));
  for (const deadline = Date.now() + startPatience; Date.now() < deadline; await sleep(3)) {
    if (failure !== undefined) throw spawnFailed(failure);
    if (gone) throw startFailed(log(), where);
    const file = readPostmasterFile(where.dataDirectory);
    if (file?.pid === child.pid && file?.status === "ready") return;
  }
  child.kill("SIGQUIT");
  throw new PostgresError("START_TIMEOUT", {
    what: `Postgres did not become ready within ${startPatience / 1000} s.`,
    why: "It may still be recovering from a crash, or the machine is very busy.",
    next: `Look into ${where.logFile}, and try again.`,
  });
}

function spawnFailed(error: Error): PostgresError {
  return new PostgresError(
    "BINARIES_UNUSABLE",
    {
      what: "The Postgres program could not be started.",
      why: `The system says: ${error.message}.`,
      next: "As root in a locked-down container, run flux-dev as a normal user; otherwise install flux-dev again.",
    },
    error,
  );
}

function startFailed(log: string, where: { dataDirectory: string; port: number }): PostgresError {
  const reason =
    log
      .split("\n")
      .filter((line) => /FATAL|PANIC|ERROR|error/.test(line))
      .at(-1) ?? log.trim().split("\n").at(-1);
  return (
    explainServerLog(log, where) ??
    new PostgresError(
      "START_FAILED",
      {
        what: `Postgres did not start in ${where.dataDirectory}.`,
        why: reason?.trim() || "It ended without a word.",
        next: "Look into its log (flux-dev logs), or start afresh with flux-dev up --fresh.",
      },
      log,
    )
  );
}
