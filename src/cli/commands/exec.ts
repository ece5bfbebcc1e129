import { spawn } from "node:child_process";
import { constants } from "node:os";
import { Command } from "commander";
import type { ModeName } from "../../project/mode/types.ts";
import { flatEnvironment } from "../../stack/environment.ts";
import { ExitWith } from "../errors.ts";
import { modeOption, type ServerFlags, withServerFlags } from "../options.ts";
import { progress } from "../terminal.ts";

export function execCommand(): Command {
  return withServerFlags(new Command("exec"))
    .description("run a command against a stack of its own that is gone afterwards; exits as the command does")
    .argument("<command...>", "the command and its arguments, after --")
    .addOption(modeOption())
    .option("--strict", "behave exactly as the platform")
    .passThroughOptions()
    .action(exec);
}

interface ExecOptions extends ServerFlags {
  readonly mode?: ModeName;
  readonly strict?: boolean;
}

async function exec(command: string[], options: ExecOptions): Promise<void> {
  const status = progress(!process.stderr.isTTY);
  const { startStack } = await import("../../stack/start.ts");
  const stack = await startStack({
    directory: process.cwd(),
    throwAway: true,
    ...options,
    onProgress: status.step,
  }).finally(status.done);
  let exitCode: number;
  try {
    const bearer =
      stack.project.users.length === 0 ? {} : { FLUX_BEARER_TOKEN: stack.token({ expiresIn: 12 * 3600 }).token };
    exitCode = await run(command, { ...process.env, ...flatEnvironment(stack.environment()), ...bearer });
  } finally {
    await stack.stop();
  }
  throw new ExitWith(exitCode);
}

/** Resolves with the exit code; a signal's is 128 and its number, as shells have it. */
function run([program = "", ...args]: string[], env: NodeJS.ProcessEnv): Promise<number> {
  // On Windows npm and its like are scripts, which only a shell can run.
  const child = spawn(program, args, { stdio: "inherit", env, shell: process.platform === "win32" });
  // A Ctrl-C reaches the command as well; it decides when to end, and the stack follows.
  const forward = (signal: NodeJS.Signals) => void (signal === "SIGINT" || child.kill(signal));
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, forward);
  return new Promise<number>((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "ENOENT" ? new Error(`There is no program "${program}".`) : error);
    });
    child.once("exit", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  }).finally(() => {
    for (const signal of signals) process.off(signal, forward);
  });
}
