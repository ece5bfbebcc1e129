import { Command } from "commander";
import { coverageJson, renderCoverage } from "../../diagnosis/coverage/render.ts";
import type { ModeName } from "../../project/mode/types.ts";
import { requireStack } from "../../stack/control/client.ts";
import { jsonOption, modeOption } from "../options.ts";
import { print } from "../terminal.ts";

export function coverageCommand(): Command {
  return new Command("coverage")
    .description("per policy and per part of it: how often the stack's requests made it true, false or NULL")
    .addOption(modeOption("the live one"))
    .addOption(jsonOption())
    .addHelpText("after", example)
    .action(coverage);
}

const example = `
Counts the requests that the stack remembers, which are its last 1000.

Example:
  $ flux-dev reset && npm test && flux-dev coverage`;

async function coverage({ mode, json }: { mode?: ModeName; json?: boolean }): Promise<void> {
  const report = await requireStack(process.cwd()).call("coverage", { mode });
  print((json ? coverageJson([report]) : renderCoverage(report)).trimEnd());
}
