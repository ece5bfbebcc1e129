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

/** Of either mode: v1's edge has no health path. */
async function requireAnswer(url: string): Promise<void> {
  const { status } = await fetch(url, { signal: AbortSignal.timeout(5000) });
  if (status < 500) return;
  remark(`PostgREST answers ${status} at ${url}: it cannot use its database.`);
  throw new ExitWith(1);
}
