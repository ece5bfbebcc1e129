import { Command } from "commander";
import { requireStack } from "../../stack/control/client.ts";
import { jsonOption } from "../options.ts";
import { ledgerLines } from "../push-text.ts";
import { print, printJson } from "../terminal.ts";

export function migrationsCommand(): Command {
  const command = new Command("migrations").description("what the ledger of flux push says has been applied");
  command
    .command("list")
    .description("show the applied migrations of the live mode")
    .addOption(jsonOption())
    .action(async ({ json }: { json?: boolean }) => {
      const stack = requireStack(process.cwd());
      const applied = await stack.call("migrations");
      if (json) return printJson({ applied });
      print(...ledgerLines(await stack.call("info"), applied));
    });
  return command;
}
