import { Command } from "commander";
import { requireStack } from "../../stack/control/client.ts";
import { ExitWith } from "../errors.ts";
import { jsonOption } from "../options.ts";
import { summary } from "../summary.ts";
import { print, printJson, remark } from "../terminal.ts";

export function statusCommand(): Command {
  return new Command("status")
    .description("show the running stack of this directory")
    .option("--check", "exit with 1 unless requests get through PostgREST to the database")
    .addOption(jsonOption())
    .action(async ({ check, json }: { check?: boolean; json?: boolean }) => {
      const info = await requireStack(process.cwd()).call("info");
      if (check) await requireAnswer(info.postgrestUrl);
      if (json) printJson(info);
      else print(...summary(info), `  Process     ${info.pid}`);
    });
}

/** Milliseconds; a PostgREST that waits for its database answers late or never. */
const PATIENCE = 5000;

/** Of either mode: v1's edge has no health path. */
async function requireAnswer(url: string): Promise<void> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) }).then(
    ({ status }) => (status < 500 ? undefined : `answers ${status}`),
    () => "does not answer",
  );
  if (answer === undefined) return;
  remark(`PostgREST at ${url} ${answer}: it cannot use its database.`);
  throw new ExitWith(1);
}
