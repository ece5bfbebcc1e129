import { Command } from "commander";
import { ExitWith } from "../errors.ts";
import { jsonOption } from "../options.ts";
import { print, printJson, progress } from "../terminal.ts";

export function doctorCommand(): Command {
  return new Command("doctor")
    .description("check this machine and this directory; exits with 1 when something cannot work")
    .addOption(jsonOption())
    .action(async ({ json }: { json?: boolean }) => {
      const { runChecks } = await import("../checks.ts");
      const status = progress(json === true);
      const results = await runChecks(process.cwd(), status.step).finally(status.done);
      if (json) printJson({ checks: results });
      else
        for (const { name, verdict, text, next } of results) {
          print(`${verdict.padEnd(4)}  ${name.padEnd(17)}  ${text}`);
          if (next !== undefined) print(`${" ".repeat(25)}next: ${next}`);
        }
      if (results.some(({ verdict }) => verdict === "FAIL")) throw new ExitWith(1);
    });
}
