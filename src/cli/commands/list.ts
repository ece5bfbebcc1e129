import { Command } from "commander";
import { controlClient } from "../../stack/control/client.ts";
import type { StackInfo } from "../../stack/info.ts";
import { registeredStacks } from "../../stack/registry.ts";
import { jsonOption } from "../options.ts";
import { print, printJson, table } from "../terminal.ts";

export function listCommand(): Command {
  return new Command("list")
    .description("show every stack that runs on this machine")
    .addOption(jsonOption())
    .action(async ({ json }: { json?: boolean }) => {
      const infos = (await Promise.all(registeredStacks().map(ask))).filter((info) => info !== undefined);
      if (json) return printJson(infos);
      if (infos.length === 0) return print("No stack is running.");
      const rows = infos.map((info) => [info.slug, info.hash, info.catalogMode, info.serviceUrl, info.directory]);
      print(...table([["PROJECT", "HASH", "MODE", "SERVICE URL", "DIRECTORY"], ...rows]));
    });
}

/** A stack that is just starting or stopping has nothing to show yet. */
function ask({ run }: ReturnType<typeof registeredStacks>[number]): Promise<StackInfo | undefined> {
  if (run.control === undefined) return Promise.resolve(undefined);
  return controlClient(run.pid, run.control)
    .call("info")
    .catch(() => undefined);
}
