import { Command } from "commander";
import { lintJson, renderLint } from "../../diagnosis/lint/render.ts";
import type { ModeName } from "../../project/mode/types.ts";
import { ExitWith } from "../errors.ts";
import { jsonOption, modeOption } from "../options.ts";
import { withSomeStack } from "../some-stack.ts";
import { print, remark } from "../terminal.ts";

export function lintCommand(): Command {
  return new Command("lint")
    .description("list mistakes that show without a request, with file, line and fix; exit 1 when one is an error")
    .addOption(modeOption("the live one"))
    .addOption(jsonOption())
    .addHelpText("after", example)
    .action(lint);
}

const example = `
Example:
  $ flux-dev lint --mode v1
Silence one with "lint": {"ignore": ["<code>"]} in the configuration, or in SQL with -- flux-dev: ignore <code>`;

/** A project whose SQL fails is linted without what fails, because that is not all that may be wrong with it. */
async function lint({ mode, json = false }: { mode?: ModeName; json?: boolean }): Promise<void> {
  const failures: Error[] = [];
  const onFailure = (error: Error) => void failures.push(error);
  const report = await withSomeStack({ mode, quiet: json, onFailure }, (stack) => stack.call("lint", { mode }));
  print((json ? lintJson([report]) : renderLint(report)).trimEnd());
  const [first, ...others] = failures;
  if (others.length > 0 && !json)
    remark(...others.map(({ message }) => `Fails as well, for its own reason or the first: ${message}`));
  if (first !== undefined) throw first;
  if (report.findings.some(({ severity }) => severity === "error")) throw new ExitWith(1);
}
