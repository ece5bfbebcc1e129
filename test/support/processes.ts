/** Processes for tests: start a script, wait for its first line, look for what is left of it. */
import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type ProcessInfo, processInfo } from "../../src/postgres/process-info.ts";

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Runs a TypeScript file of `test/support` and resolves with the JSON of its first line of output. */
export async function startScript<Line>(
  file: string,
  args: readonly string[],
  options: { account?: Account | undefined; env?: NodeJS.ProcessEnv } = {},
): Promise<{ child: ChildProcess; line: Line }> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", path, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...options.env },
    ...options.account,
  });
  let output = "";
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout!.on("data", (data: Buffer) => {
      output += data.toString();
      if (output.includes("\n")) resolve(output.slice(0, output.indexOf("\n")));
    });
    child.once("exit", (code) => reject(new Error(`${file} ended with ${code} before it said anything`)));
  });
  return { child, line: JSON.parse(line) as Line };
}

/** Resolves when `condition` holds; rejects after `patience` milliseconds, with `what` as it is then. */
export async function eventually(
  what: string | (() => string),
  condition: () => boolean | Promise<boolean>,
  patience = 10_000,
): Promise<void> {
  for (const deadline = Date.now() + patience; Date.now() < deadline; await sleep(20)) if (await condition()) return;
  throw new Error(`Waited ${patience} ms in vain: ${typeof what === "string" ? what : what()}`);
}

export function isAlive(pid: number): boolean {
  return processInfo(pid) !== undefined;
}

/** Every live process whose command line contains `text`. */
export async function processesWith(text: string): Promise<(ProcessInfo & { pid: number })[]> {
  const child = spawn("ps", ["-eo", "pid="], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  for await (const chunk of child.stdout) output += String(chunk);
  return output
    .split("\n")
    .map((line) => ({ pid: Number(line), ...processInfo(Number(line)) }))
    .filter((found): found is ProcessInfo & { pid: number } => found.command?.includes(text) ?? false);
}
