import { Command } from "commander";
import { requireStack } from "../../stack/control/client.ts";
import { appliedLines, appliedRemarks } from "../applied.ts";
import { jsonOption } from "../options.ts";
import { print, printJson, remark } from "../terminal.ts";

export function pushCommand(): Command {
  return new Command("push")
    .description("apply SQL to the running project, as flux push does")
    .argument("[target]", "a .sql file or a directory; default: migrations/, flux/migrations/, sql/, schema.sql …")
    .addOption(jsonOption())
    .action(async (target: string | undefined, { json }: { json?: boolean }) => {
      const applied = await requireStack(process.cwd()).call("push", { target });
      if (json) return printJson({ applied });
      remarkAll(appliedRemarks(applied));
      print(...appliedLines(applied));
    });
}

function remarkAll(lines: readonly string[]): void {
  if (lines.length > 0) remark(...lines);
}
