import { Command } from "commander";
import { type ControlClient, requireStack } from "../../stack/control/client.ts";
import { fromWire } from "../../stack/control/protocol.ts";
import type { PlanRequest, PushRequest } from "../../stack/push.ts";
import { appliedFiles, appliedRemarks } from "../applied.ts";
import { jsonOption } from "../options.ts";
import { previewLines, pushLines } from "../push-text.ts";
import { print, printJson, remark } from "../terminal.ts";

interface PushFlags extends Omit<PushRequest, "target"> {
  readonly plan?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function pushCommand(): Command {
  return new Command("push")
    .description("apply SQL to the running project, as flux push does")
    .argument("[target]", "a .sql file or a directory; default: migrations/, flux/migrations/, sql/, schema.sql …")
    .option("--plan", "show what would be applied; runs nothing")
    .option("--dry-run", "the same, and fail on a changed migration or a file over 4 MiB")
    .option("--mode <mode>", "raw, versioned or repeatable; default: versioned below migrations/, else raw")
    .option("--id <id>", "the id of a repeatable script; default: its path")
    .option("--force", "run a repeatable script although it has not changed")
    .addOption(jsonOption())
    .action(run);
}

async function run(target: string | undefined, { plan, dryRun, json, ...choice }: PushFlags): Promise<void> {
  if (plan && dryRun) throw new Error("Use only one of --plan or --dry-run.");
  const stack = requireStack(process.cwd());
  const request: PushRequest = { target, ...choice };
  if (plan || dryRun) await preview(stack, { ...request, refuses: dryRun === true }, json === true);
  else await push(stack, request, json === true);
}

async function preview(stack: ControlClient, request: PlanRequest, json: boolean): Promise<void> {
  const targets = await stack.call("planPush", request);
  if (json) return printJson({ plan: targets });
  const project = await stack.call("info");
  print(...targets.flatMap((planned) => previewLines(project, planned, request.refuses)));
}

/** What went through is told before what did not. */
async function push(stack: ControlClient, request: PushRequest, json: boolean): Promise<void> {
  const { pushed, error } = await stack.call("push", request);
  const applied = appliedFiles(pushed);
  if (!json) {
    const remarks = appliedRemarks(applied);
    if (remarks.length > 0) remark(...remarks);
    const project = await stack.call("info");
    const told = pushed.map((one) => pushLines(project, one).join("\n"));
    if (told.some((text) => text !== "")) print(told.join("\n\n"));
  }
  if (error !== undefined) throw await fromWire(error);
  if (json) printJson({ applied });
}
