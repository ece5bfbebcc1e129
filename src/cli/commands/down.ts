import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { processInfo } from "../../postgres/process-info.ts";
import { controlClient } from "../../stack/control/client.ts";
import { placesIn } from "../../stack/places.ts";
import { type RunRecord, readRun } from "../../stack/run-file.ts";
import { jsonOption } from "../options.ts";
import { print, printJson, progress } from "../terminal.ts";

export function downCommand(): Command {
  return new Command("down")
    .description("stop the stack of this directory; its data stays")
    .addOption(jsonOption())
    .action(down);
}

async function down({ json }: { json?: boolean }): Promise<void> {
  const run = readRun(placesIn(process.cwd()).run);
  if (run === undefined) return json ? printJson({ stopped: null }) : print("Nothing is running in this directory.");
  const status = progress(json === true);
  status.step(`Stopping process ${run.pid}`);
  await end(run);
  status.done();
  if (json) printJson({ stopped: run.pid });
  else print("Stopped.");
}

/** Milliseconds for an orderly stop; then the process is asked by signal, and at last killed: the next start mends that. */
const PATIENCE = 15_000;

async function end(run: RunRecord): Promise<void> {
  const asked = run.control === undefined ? false : await askToStop(run, run.control);
  if (asked && (await gone(run, PATIENCE))) return;
  for (const [signal, patience] of [
    ["SIGTERM", PATIENCE],
    ["SIGKILL", 5000],
  ] as const) {
    try {
      process.kill(run.pid, signal);
    } catch {
      return;
    }
    if (await gone(run, patience)) return;
  }
}

const askToStop = (run: RunRecord, control: NonNullable<RunRecord["control"]>): Promise<boolean> =>
  controlClient(run.pid, control)
    .call("down")
    .then(
      () => true,
      () => false,
    );

async function gone(run: RunRecord, patience: number): Promise<boolean> {
  for (const deadline = Date.now() + patience; Date.now() < deadline; await sleep(20)) {
    if (processInfo(run.pid)?.started !== run.started) return true;
  }
  return false;
}
