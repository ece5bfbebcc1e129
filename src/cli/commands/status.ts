import { Command } from "commander";
import { requireStack } from "../../stack/control/client.ts";
import { jsonOption } from "../options.ts";
import { summary } from "../summary.ts";
import { print, printJson } from "../terminal.ts";

export function statusCommand(): Command {
  return new Command("status")
    .description("show the running stack of this directory")
    .addOption(jsonOption())
    .action(async ({ json }: { json?: boolean }) => {
      const info = await requireStack(process.cwd()).call("info");
      if (json) printJson(info);
      else print(...summary(info), `  Process     ${info.pid}`);
    });
}
