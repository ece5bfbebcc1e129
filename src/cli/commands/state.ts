import { Argument, Command } from "commander";
import type { ModeName } from "../../project/mode/types.ts";
import { requireStack } from "../../stack/control/client.ts";
import { type ProjectState, projectStates } from "../../stack/gateway-config.ts";
import { jsonOption } from "../options.ts";
import { print, printJson } from "../terminal.ts";

export function stateCommand(): Command {
  return new Command("state")
    .description("show the project's state, or put it into one, to see how an app takes it (v2)")
    .addArgument(new Argument("[state]", "the platform's answer to a request").choices(projectStates))
    .addOption(jsonOption())
    .addHelpText("after", example)
    .action(state);
}

const example = `
dormant, archived and migrating answer 503, no-secret answers 503 with "run repair"; active is as usual.

Example:
  $ flux-dev state dormant      then: flux-dev state active`;

async function state(wanted: ProjectState | undefined, { json }: { json?: boolean }): Promise<void> {
  const now = await requireStack(process.cwd()).call("state", { state: wanted });
  if (json) printJson(now);
  else if (wanted === undefined) print(stateText(now));
  else print(`The project is now ${wanted === "no-secret" ? "without its secret" : wanted}.`);
}

export const stateText = ({ state, mode }: { state: ProjectState; mode: ModeName }): string =>
  mode === "v1" && state !== "active"
    ? `${state}, as soon as the mode is v2 again; v1's edge looks at no state and forwards every request`
    : state;
