import { Command } from "commander";
import { requireStack } from "../../stack/control/client.ts";
import type { PushRequest } from "../../stack/push.ts";
import { appliedRemarks } from "../applied.ts";
import { jsonOption } from "../options.ts";
import { type PushedTarget, resultsByTarget, resultsUntil } from "../push-results.ts";
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
  if (plan || dryRun) {
    const targets = await stack.call("planPush", { ...request, refuses: dryRun === true });
    if (json) return printJson({ plan: targets });
    const project = await stack.call("info");
    return print(...targets.flatMap((planned) => previewLines(project, planned, dryRun === true)));
  }
  if (json) return printJson({ applied: await stack.call("push", request) });
  await pushAndTell(stack, request);
}

/** The files that went through before a mistake stay applied, so they are told of before the mistake is. */
async function pushAndTell(stack: ReturnType<typeof requireStack>, request: PushRequest): Promise<void> {
  const project = await stack.call("info");
  const targets = await stack.call("planPush", { ...request, refuses: false });
  const tell = (pushed: readonly PushedTarget[]) => {
    const lines = pushed.map(({ target, results }) => pushLines(project, target, results).join("\n"));
    if (lines.some((text) => text !== "")) print(lines.join("\n\n"));
  };
  const applied = await stack.call("push", request).catch((error: unknown) => {
    tell(resultsUntil(targets, error));
    throw error;
  });
  const remarks = appliedRemarks(applied);
  if (remarks.length > 0) remark(...remarks);
  tell(resultsByTarget(targets, applied));
}
