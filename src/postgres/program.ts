/** Postgres' programs as child processes. */
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import type { Account } from "./account.ts";

/** Runs it to its end, as the account, without input; `output` is what it printed on both ways. */
export function runProgram(
  program: string,
  args: readonly string[],
  account: Account | undefined,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe"],
      // The caller's directory may be closed to the account, and initdb insists on a directory it can stand in.
      cwd: tmpdir(),
      env: serverEnvironment(),
      ...account,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (output += data.toString()));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}

/** English messages whatever the user's language (they are parsed), and none of the user's PG* variables. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot, TEMP, TMP } = process.env;
  const kept = { PATH, SystemRoot, TEMP, TMP };
  const present = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
  return { ...present, LC_ALL: "C", TZ: "UTC" };
}
