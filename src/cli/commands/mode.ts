import { Argument, Command } from "commander";
import type { ModeName } from "../../project/mode/types.ts";
import { requireStack } from "../../stack/control/client.ts";
import { jsonOption, parseMode } from "../options.ts";
import { print, printJson, progress } from "../terminal.ts";

export function modeCommand(): Command {
  return new Command("mode")
    .description("show the live mode, or switch it: same Service URL, no restart")
    .addArgument(new Argument("[mode]", "v1 (keys, dedicated) or v2 (tokens, pooled)").argParser(parseMode))
    .addOption(jsonOption())
    .action(async (mode: ModeName | undefined, { json }: { json?: boolean }) => {
      const stack = requireStack(process.cwd());
      const status = progress(json === true);
      if (mode !== undefined) status.step(`Switching to ${mode}`);
      const info = await (mode === undefined ? stack.call("info") : stack.call("mode", { mode })).finally(status.done);
      if (json) printJson(info);
      else print(mode === undefined ? info.mode : `${info.slug} is now ${info.catalogMode} on ${info.serviceUrl}`);
    });
}
