/** A PostgREST program, supervised: started again when it ends on its own, ended with its owner. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../postgres/port.ts";
import { startWatchdog, type Watchdog } from "../../postgres/watchdog.ts";
import type { PostgrestProgram } from "./find.ts";
import { untilReady } from "./ready.ts";
import { ReloadWatch } from "./reload-watch.ts";
import { RestartLimit } from "./restart-limit.ts";
import { RunnerError, type RunningPostgrest } from "./types.ts";

export interface BinaryOptions {
  readonly program: PostgrestProgram;
  /** `PGRST_*`, without the address to listen at. */
  readonly env: Readonly<Record<string, string>>;
  onLine(line: string): void;
  /** Something that the user should know, such as a restart. */
  warn(text: string): void;
}

/** Milliseconds. */
const PATIENCE = 30_000;
const RESTART_PAUSE = 100;
const MAX_RESTARTS = 5;
const HOST = "127.0.0.1";

interface Child {
  readonly process: ChildProcess;
  readonly watchdog: Watchdog;
  readonly exited: Promise<void>;
}

/** Rejects with `POSTGREST_FAILED`; nothing runs then. */
export async function startBinary(options: BinaryOptions): Promise<RunningPostgrest> {
  const port = await freePort();
  const url = `http://${HOST}:${port}`;
  const reloads = new ReloadWatch();
  const tail: string[] = [];
  const onLine = (line: string) => {
    if (tail.push(line) > 10) tail.shift();
    reloads.line(line);
    options.onLine(line);
  };
  const start = () => startChild(options, port, onLine);
  let child = start();
  let stopping = false;

  async function supervise(): Promise<void> {
    for (const limit = new RestartLimit(MAX_RESTARTS); ; ) {
      await child.exited;
      if (stopping) return;
      const how = ending(child.process);
      if (!limit.allows()) return options.warn(`PostgREST ends again and again (${how}); it is left alone now.`);
      options.warn(`PostgREST ended (${how}); starting it again.`);
      await sleep(RESTART_PAUSE);
      if (stopping) return;
      child = start();
    }
  }

  async function stop(): Promise<void> {
    stopping = true;
    await end(child);
  }

  let early: string | undefined;
  void child.exited.then(() => (early = `It ended (${ending(child.process)}).`));
  try {
    await untilReady(`${url}/`, PATIENCE, () => early);
  } catch (error) {
    await stop();
    throw new RunnerError(
      "POSTGREST_FAILED",
      {
        what: `PostgREST (${options.program.path}) did not start.`,
        why: `${(error as Error).message} ${tail.length === 0 ? "It said nothing." : `It said: ${tail.slice(-3).join(" / ")}`}`,
        next: nextStep(options.program),
      },
      error,
    );
  }
  void supervise();
  return { url, version: options.program.version, afterReload: (trigger) => reloads.after(trigger), stop };
}

/** Another version may not know the settings that the platform's gets. */
function nextStep({ version, wanted }: PostgrestProgram): string {
  const other = `It calls itself ${version}, and the platform runs ${wanted}: flux-dev postgrest install --release ${wanted} downloads that. `;
  return `${version === wanted || version === undefined ? "" : other}flux-dev logs shows all it said; the built-in one (--postgrest builtin) does without it.`;
}

function startChild({ program, env }: BinaryOptions, port: number, onLine: (line: string) => void): Child {
  const watchdog = startWatchdog({ account: undefined, signal: "INT", removeAfterwards: undefined });
  const child = spawn(program.path, [], {
    // A session of its own: a Ctrl-C in the terminal reaches the owner, and the owner stops it in its order.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...systemVariables(), ...env, PGRST_SERVER_HOST: HOST, PGRST_SERVER_PORT: String(port) },
  });
  if (child.pid !== undefined) watchdog.watch(child.pid);
  // `once` rejects when the program cannot be started at all.
  const exited = once(child, "exit")
    .catch((problem: Error) => onLine(problem.message))
    .then(() => {
      watchdog.gone();
      void watchdog.dismiss("keep");
    });
  for (const output of [child.stdout, child.stderr]) createInterface({ input: output }).on("line", onLine);
  return { process: child, watchdog, exited };
}

/** Settings for another PostgREST in the user's shell must not change what the platform fixes. */
function systemVariables(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !/^PG(RST_|[A-Z]+$)/.test(name));
  return Object.fromEntries(others);
}

const ending = ({ exitCode, signalCode }: ChildProcess): string => signalCode ?? `exit ${exitCode}`;

/** Asks, waits, and at last kills. */
async function end(child: Child): Promise<void> {
  for (const [signal, patience] of [
    ["SIGTERM", 5000],
    ["SIGKILL", 5000],
  ] as const) {
    if (child.process.exitCode !== null || child.process.signalCode !== null) return;
    child.process.kill(signal);
    const stop = new AbortController();
    await Promise.race([child.exited, sleep(patience, undefined, { signal: stop.signal }).catch(() => {})]);
    stop.abort();
  }
}
