/** Somebody else's command, with its signals and its exit code. */
import { spawn } from "node:child_process";
import { constants } from "node:os";

/** Resolves with the exit code; a signal's is 128 and its number, as shells have it. */
export function runCommand([program = "", ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  // On Windows npm and its like are scripts, which only a shell can run.
  const child = spawn(program, args, { stdio: "inherit", env, shell: process.platform === "win32" });
  // A Ctrl-C reaches the command as well; it decides when to end, and the stack follows.
  const forward = (signal: NodeJS.Signals) => void (signal === "SIGINT" || child.kill(signal));
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, forward);
  return new Promise<number>((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "ENOENT" ? unknownProgram(program) : error);
    });
    child.once("exit", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  }).finally(() => {
    for (const signal of signals) process.off(signal, forward);
  });
}

/** 127 is what shells say of a program that they do not find. */
const unknownProgram = (program: string): Error =>
  Object.assign(new Error(`There is no program "${program}".`), {
    next: "Name one that is on PATH, or a path to one; for a line of shell write: flux-dev exec -- sh -c '…'",
    exitCode: 127,
  });
