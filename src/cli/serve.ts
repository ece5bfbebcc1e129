/** The process that owns a stack: starts it, answers commands, stops it when told to. */
import { startControl } from "../stack/control/server.ts";
import type { Example } from "../stack/examples.ts";
import type { StackInfo } from "../stack/info.ts";
import { placesIn } from "../stack/places.ts";
import { publishControl, runLost } from "../stack/run-file.ts";
import type { RunningStack } from "../stack/running-stack.ts";
import { type StackOptions, startStack } from "../stack/start.ts";

export interface ServeOptions extends StackOptions {
  /** Called once everything answers. */
  onReady(stack: RunningStack, info: StackInfo, examples: Example[]): void;
  /** Resolves when the stack should stop for a reason of the caller's. */
  readonly until?: Promise<void>;
}

/**
 * Runs the stack until a signal, `flux-dev down`, `until` or the loss of its record ends it; then stops all in order.
 * Tells when it was `flux-dev down`: whoever watches this process has not typed that here.
 */
export async function serve(options: ServeOptions): Promise<{ readonly byDown: boolean }> {
  const signalled = firstSignal();
  let byDown = false;
  let onDown = () => {};
  const down = new Promise<void>((resolve) => {
    onDown = () => {
      byDown = true;
      resolve();
    };
  });
  const stack = await startStack(options);
  // In the background nobody sees standard error; the watchdogs stop the servers.
  process.on("uncaughtException", (error) => {
    stack.log.crash(error);
    console.error(error);
    process.exit(1);
  });
  const control = await startControl(stack, onDown);
  try {
    const { run } = placesIn(options.directory);
    publishControl(run, control);
    options.onReady(stack, stack.info(), await stack.examples());
    const lost = runLost(run).then(() => `${run} has been removed, and without it no command finds this stack.`);
    const why = await Promise.race([signalled, down, lost, ...(options.until === undefined ? [] : [options.until])]);
    if (typeof why === "string") stack.log.write("stack", "warning", why);
  } finally {
    await control.close();
    await stack.stop();
  }
  return { byDown };
}

/** The first asks nicely; at the second the process ends at once, and its watchdogs stop the servers. */
function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = () => {
      if (asked) process.exit(130);
      asked = true;
      resolve();
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
  });
}
