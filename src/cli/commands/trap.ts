import { Command } from "commander";
import { toJson } from "../../diagnosis/json.ts";
import { findTrap, type LoadedTrap, listTraps, trapModes } from "../../diagnosis/traps/load.ts";
import type { ModeName } from "../../project/mode/types.ts";
import { StackError } from "../../stack/errors.ts";
import { jsonOption, modeOption } from "../options.ts";
import { diagnosisStyle, print, printJson, progress } from "../terminal.ts";
import { trapList, trapText } from "../trap-text.ts";

interface TrapFlags {
  readonly neighbour?: boolean;
  readonly mode?: ModeName;
  readonly list?: boolean;
  readonly json?: boolean;
}

export function trapCommand(): Command {
  return new Command("trap")
    .description("small projects, each broken in one way: list them, or run one in a stack of its own and explain it")
    .argument("[trap]", "its number or name")
    .option("--neighbour", "the same project without the mistake")
    .option("--list", "list them all, as without a number")
    .addOption(modeOption("v2, unless its mistake shows on v1 only"))
    .addOption(jsonOption())
    .addHelpText("after", example)
    .action(trap);
}

const example = `
Example:
  $ flux-dev trap 9`;

async function trap(wanted: string | undefined, { neighbour, mode, list, json = false }: TrapFlags): Promise<void> {
  const traps = listTraps();
  if (wanted === undefined || list) {
    if (json) printJson(traps.map(({ directory: _, ...one }) => one));
    else print(...trapList(traps));
    return;
  }
  const found = findTrap(wanted, traps) ?? noTrap(wanted, traps);
  const variant = neighbour ? "neighbour" : "broken";
  const status = progress(json);
  const { runTrap } = await import("../../stack/diagnosis/trap.ts");
  const options = { mode: modeOf(found, mode), variant, onProgress: status.step } as const;
  const run = await runTrap(found, options).finally(status.done);
  if (!json) return print(trapText(found, run, variant, diagnosisStyle));
  const requests = run.requests.map(({ diagnosis, ...one }) => ({ ...one, diagnosis: toJson(diagnosis) }));
  printJson({ number: found.number, name: found.name, title: found.title, variant, ...run, requests });
}

/** v2 where the trap is one there: that is what new projects are. */
function modeOf(trap: LoadedTrap, wanted: ModeName | undefined): ModeName {
  const possible = trapModes(trap);
  if (wanted === undefined) return possible.at(-1)!;
  if (possible.includes(wanted)) return wanted;
  throw new StackError("BAD_REQUEST", {
    what: `Trap ${trap.number} does not exist on ${wanted}.`,
    why: `Its mistake shows on ${possible.join(" and ")} only.`,
    next: `Run flux-dev trap ${trap.number}.`,
  });
}

function noTrap(wanted: string, traps: readonly LoadedTrap[]): never {
  throw new StackError("BAD_REQUEST", {
    what: `There is no trap ${wanted}.`,
    why: `They are numbered from 1 to ${traps.at(-1)?.number ?? 0}.`,
    next: "flux-dev trap --list shows them all.",
  });
}
