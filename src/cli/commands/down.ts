import { existsSync } from "node:fs";
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
    .option("--purge", "remove its data as well, also what it made in Docker or on a given Postgres")
    .addOption(jsonOption())
    .action(down);
}

async function down({ json, purge }: { json?: boolean; purge?: boolean }): Promise<void> {
  const places = placesIn(process.cwd());
  const run = readRun(places.run);
  const status = progress(json === true);
  if (run !== undefined) {
    status.step(`Stopping process ${run.pid}`);
    await end(run);
  }
  // The record of a run that ended in order is gone with it.
  const removed = purge || existsSync(places.run) ? await remove(purge === true, status.step) : [];
  status.done();
  if (json) return printJson({ stopped: run?.pid ?? null, ...(purge || removed.length > 0 ? { removed } : {}) });
  print(run === undefined ? "Nothing is running in this directory." : "Stopped.");
  for (const name of removed) print(`Removed ${name}`);
}

async function remove(data: boolean, step: (text: string) => void): Promise<string[]> {
  if (data) step("Removing its data");
  const { purge, tidyUp } = await import("../../stack/purge.ts");
  return data ? purge(process.cwd()) : tidyUp(process.cwd());
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
