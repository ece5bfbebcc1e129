import { Command } from "commander";
import { requireStack } from "../../stack/control/client.ts";
import { appliedLines } from "../applied.ts";
import { jsonOption } from "../options.ts";
import { print, printJson, progress } from "../terminal.ts";

export function resetCommand(): Command {
  return new Command("reset")
    .description("read the project's files again and make its databases anew from them")
    .addOption(jsonOption())
    .action(async ({ json }: { json?: boolean }) => {
      const stack = requireStack(process.cwd());
      const status = progress(json === true);
      status.step("Making the databases anew");
      const applied = await stack.call("reset").finally(status.done);
      if (json) printJson({ applied });
      else print(...appliedLines(applied));
    });
}
