/** Brings files that a running server left behind to the state of a clean shutdown. */
import type { Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { PostgresError } from "./errors.ts";
import { explainServerLog } from "./explain-log.ts";
import { runProgram } from "./program.ts";
import { standAloneArguments } from "./settings.ts";

/**
 * Replays the log and closes the cluster. Not by a server: the program alone, which ends with its input, needs a third of
 * the time, no port and no watchdog. Nothing is synced to disk. Throws `PostgresError`.
 */
export async function recover(dataDirectory: string, binaries: Binaries, account: Account | undefined): Promise<void> {
  const args = ["--single", "-D", dataDirectory, ...standAloneArguments, "template1"];
  const { code, output } = await runProgram(binaries.postgres, args, account);
  if (code === 0) return;
  throw (
    explainServerLog(output, { dataDirectory, port: 0 }) ??
    new PostgresError(
      "START_FAILED",
      {
        what: `The copy of the database in ${dataDirectory} could not be completed.`,
        why:
          output
            .split("\n")
            .findLast((line) => /FATAL|PANIC/.test(line))
            ?.trim() || "Postgres gave no reason.",
        next: "Look into the server's log (flux-dev logs), and take the snapshot again.",
      },
      output,
    )
  );
}
