/** The built command line, run as a user would: in a directory, as root or as somebody else. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StackInfo } from "../../src/stack/info.ts";
import type { Account } from "./processes.ts";

const entry = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type UpInfo = StackInfo & {
  readonly examples: readonly {
    readonly kind: string;
    readonly status: number;
    readonly code?: string;
    readonly curl: string;
  }[];
};

export interface CliDirectory {
  readonly path: string;
  /** Writes a file of the project, as its owner. */
  write(file: string, text: string): void;
  run(...args: string[]): Promise<CliResult>;
  /** The same with further environment variables. */
  runWith(env: NodeJS.ProcessEnv, ...args: string[]): Promise<CliResult>;
  /** Starts without waiting, for commands that stay. */
  start(...args: string[]): ChildProcessWithoutNullStreams;
  /** Runs and parses standard output; throws when the command fails. */
  json<T = UpInfo>(...args: string[]): Promise<T>;
  /** Stops what runs there and removes the directory. */
  remove(): Promise<void>;
}

/** A fresh project directory. `mode` as for mkdir; default: others may enter. */
export function cliDirectory(
  options: { account?: Account | undefined; mode?: number; env?: NodeJS.ProcessEnv } = {},
): CliDirectory {
  const { account } = options;
  const home = mkdtempSync(join(tmpdir(), "flux-dev-e2e-"));
  const path = join(home, "project");
  const own = (file: string) => account !== undefined && chownSync(file, account.uid, account.gid);
  spawnSync("chmod", [(options.mode ?? 0o755).toString(8), home]);
  mkdirSync(path);
  own(home);
  own(path);
  // A user of their own has a cache of their own; everybody else shares the machine's, so that initdb runs once.
  const cache = account === undefined ? {} : { FLUX_DEV_CACHE_DIR: join(home, "cache"), HOME: home };
  const env = { ...process.env, ...cache, ...options.env };

  const launch = (more: NodeJS.ProcessEnv, args: string[]) =>
    spawn(process.execPath, [entry, ...args], { cwd: path, env: { ...env, ...more }, ...account });

  function runWith(more: NodeJS.ProcessEnv, ...args: string[]): Promise<CliResult> {
    const child = launch(more, args);
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    child.stdin.end();
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve({ code, stdout, stderr }));
    });
  }

  const run = (...args: string[]) => runWith({}, ...args);

  return {
    path,
    run,
    runWith,
    start: (...args) => launch({}, args),
    write(file, text) {
      const target = join(path, file);
      mkdirSync(dirname(target), { recursive: true });
      own(dirname(target));
      writeFileSync(target, text);
      own(target);
    },
    async json<T>(...args: string[]): Promise<T> {
      const result = await run(...args);
      if (result.code !== 0) throw new Error(`flux-dev ${args.join(" ")} failed: ${result.stderr}`);
      return JSON.parse(result.stdout) as T;
    },
    async remove() {
      if (existsSync(join(path, ".flux-dev", "run.json"))) await run("down");
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Runs a line as it would be pasted into a shell; returns the status of the answer and its body. */
export function paste(line: string): { status: number; body: string } {
  const { stdout, stderr } = spawnSync("/bin/sh", ["-c", line.replace("curl", "curl -sS")], { encoding: "utf8" });
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(stdout)?.[1]);
  if (Number.isNaN(status)) throw new Error(`No answer to ${line}: ${stderr}`);
  return { status, body: stdout.slice(stdout.indexOf("\r\n\r\n") + 4) };
}
