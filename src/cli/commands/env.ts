import { Command } from "commander";
import { requireStack } from "../../stack/control/client.ts";
import { dotenvLines, flatEnvironment } from "../../stack/environment.ts";
import { jsonOption } from "../options.ts";
import { print, printJson } from "../terminal.ts";

export function envCommand(): Command {
  return new Command("env")
    .description("print the variables an app needs, as a .env file")
    .addOption(jsonOption())
    .action(async ({ json }: { json?: boolean }) => {
      const groups = await requireStack(process.cwd()).call("environment");
      if (json) return printJson(flatEnvironment(groups));
      print(...dotenvLines(groups));
    });
}
