import { Command } from "commander";
import { lintJson, renderLint } from "../../diagnosis/lint/render.ts";
import type { ModeName } from "../../project/mode/types.ts";
import { ExitWith } from "../errors.ts";
import { jsonOption, modeOption } from "../options.ts";
import { withSomeStack } from "../some-stack.ts";
import { print } from "../terminal.ts";

export function lintCommand(): Command {
  return new Command("lint")
    .description("list mistakes that show without a request, with file, line and fix; exit 1 when one is an error")
    .addOption(modeOption())
    .addOption(jsonOption())
    .addHelpText("after", example)
    .action(lint);
}

const example = `
Example:
  $ flux-dev lint --mode v1
Silence one with "lint": {"ignore": ["<code>"]} in the configuration, or in SQL with -- flux-dev: ignore <code>`;

async function lint({ mode, json = false }: { mode?: ModeName; json?: boolean }): Promise<void> {
  const report = await withSomeStack({ mode, quiet: json }, (stack) => stack.call("lint", { mode }));
  print((json ? lintJson([report]) : renderLint(report)).trimEnd());
  if (report.findings.some(({ severity }) => severity === "error")) throw new ExitWith(1);
}
