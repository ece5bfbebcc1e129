/** Makes an empty cluster. Costs a second or two; the template cache pays it once. */
import { mkdir, rm } from "node:fs/promises";
import { type Account, handOver } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { PostgresError } from "./errors.ts";
import { explainServerLog } from "./explain-log.ts";
import { runProgram } from "./program.ts";

/** Arguments that every cluster shares. Whoever reaches the port is superuser: it listens on loopback only. */
const common = [
  "--username=postgres",
  "--auth=trust",
  "--encoding=UTF8",
  "--no-sync",
  "--no-instructions",
  // Log files of 1 instead of 16 MB: a copy of the cluster is a third smaller and faster to make.
  "--wal-segsize=1",
];

/**
 * Makes a cluster with these locale arguments; false when the system lacks the locale. The directory must not exist; it
 * will belong to the account.
 */
export async function initialise(
  directory: string,
  locale: readonly string[],
  binaries: Binaries,
  account: Account | undefined,
): Promise<boolean> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  handOver(directory, account);
  const { code, output } = await runProgram(binaries.initdb, [`--pgdata=${directory}`, ...common, ...locale], account);
  if (code === 0) return true;
  await rm(directory, { recursive: true, force: true });
  if (/invalid locale/.test(output)) return false;
  throw (
    explainServerLog(output, { dataDirectory: directory, port: 0 }) ??
    new PostgresError(
      "INITDB_FAILED",
      {
        what: "A new Postgres cluster could not be initialised.",
        why: lastLine(output),
        next: "Run `flux-dev doctor`; the whole output of initdb is in the cause of this error (--debug).",
      },
      output,
    )
  );
}

/** What makes two new clusters equal, beside the locale. */
export const commonArguments: readonly string[] = common;

function lastLine(output: string): string {
  const lines = output.split("\n").filter((line) => /error|fatal|could not|invalid/i.test(line));
  return lines.at(-1)?.trim() ?? output.trim().split("\n").at(-1) ?? "initdb gave no reason.";
}
