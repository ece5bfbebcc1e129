import { Command, Option } from "commander";
import type { ModeName } from "../../project/mode/types.ts";
import { findStack } from "../../stack/control/client.ts";
import { StackError } from "../../stack/errors.ts";
import type { Example } from "../../stack/examples.ts";
import type { StackInfo } from "../../stack/info.ts";
import type { LogEntry } from "../../stack/logbook.ts";
import { CHILD_FLAG, runDetachedChild, startDetached } from "../detach.ts";
import { jsonOption, modeOption, parsePort, type ServerFlags, withServerFlags } from "../options.ts";
import { curl, exampleLines, summary } from "../summary.ts";
import { dim, print, printJson, progress, remark } from "../terminal.ts";

interface UpOptions extends ServerFlags {
  readonly mode?: ModeName;
  readonly port?: number;
  readonly fresh?: boolean;
  readonly from?: string;
  readonly strict?: boolean;
  readonly detach?: boolean;
  readonly json?: boolean;
  readonly asDetachedChild?: string;
}

export function upCommand(): Command {
  return withServerFlags(new Command("up"))
    .description("start the project of this directory (without a flux.json: the demo) and keep it running")
    .addOption(modeOption())
    .option("-p, --port <port>", "port of the Service URL; default: a free one that stays the same", parsePort)
    .option("--fresh", "forget the data of earlier runs first")
    .option("--from <snapshot>", "start from a snapshot's data, in the place of those of earlier runs")
    .option("--strict", "behave exactly as the platform, also where that is inconvenient (CORS)")
    .option("-d, --detach", "run in the background; stop with flux-dev down")
    .addOption(jsonOption())
    .addOption(new Option(`${CHILD_FLAG} <options>`).hideHelp())
    .action(up);
}

async function up(options: UpOptions): Promise<void> {
  if (options.asDetachedChild !== undefined) return runDetachedChild(options.asDetachedChild);
  const running = await useRunning(options);
  if (running !== undefined) return show(running.info, running.examples, options);
  const { mode, port, fresh, from, strict, postgres, postgrest, iKnow } = options;
  const start = { directory: process.cwd(), mode, port, fresh, from, strict, postgres, postgrest, iKnow };
  const status = progress(options.json === true);
  if (options.detach) {
    const { info, examples } = await startDetached(start, status.step).finally(status.done);
    return show(info, examples, options);
  }
  const { serve } = await import("../serve.ts");
  const { byDown } = await serve({
    ...start,
    onProgress: status.step,
    onReady(stack, info, examples) {
      status.done();
      show(info, examples, options);
      if (options.json) return;
      print("", dim("Ctrl-C stops it."), "");
      stack.log.listen(follow);
    },
  }).finally(status.done);
  if (byDown) remark("Stopped by flux-dev down.");
}

/** A second `up` in the same directory finds the first and switches its mode if asked to; it cannot change anything else. */
async function useRunning(options: UpOptions): Promise<{ info: StackInfo; examples: Example[] } | undefined> {
  const stack = findStack(process.cwd());
  if (stack === undefined) return undefined;
  const given = ["port", "fresh", "from", "strict", "postgres", "postgrest"].filter(
    (name) => options[name as keyof UpOptions] !== undefined,
  );
  if (given.length > 0) {
    throw new StackError("ALREADY_RUNNING", {
      what: "The stack of this directory is already running.",
      why: `It is process ${stack.pid}, and ${given.map((name) => `--${name}`).join(" and ")} can only be chosen at the start.`,
      next: "Stop it first: flux-dev down.",
    });
  }
  const info = options.mode === undefined ? await stack.call("info") : await stack.call("mode", { mode: options.mode });
  if (!options.json) remark(`Already running (process ${stack.pid}).`);
  return { info, examples: await stack.call("examples") };
}

function show(info: StackInfo, examples: readonly Example[], { json }: UpOptions): void {
  if (json) printJson({ ...info, examples: examples.map((example) => ({ ...example, curl: curl(info, example) })) });
  else print(...summary(info), "", ...exampleLines(info, examples));
}

function follow(entry: LogEntry): void {
  if (entry.kind === "info") return;
  if (entry.kind === "request") print(dim(entry.text));
  else remark(entry.text);
}
