/** Notices from a thread of its own when the engine computes for ever, which no timer of its own thread could. */
import { Worker } from "node:worker_threads";

export interface Watchdog {
  /** To be called with the number of each request as it begins. */
  beat(number: number): void;
  stop(): Promise<unknown>;
}

const guard = `
  const { workerData } = require("node:worker_threads");
  const { writeSync } = require("node:fs");
  let before = -1, since = Date.now();
  setInterval(() => {
    const now = Atomics.load(workerData.cells, 0);
    if (now !== before) { before = now; since = Date.now(); return; }
    if (Date.now() - since < workerData.limit) return;
    writeSync(2, "HANG: nothing moves since request " + Atomics.load(workerData.cells, 1) + " (" + workerData.hint + ")\\n");
    process.kill(process.pid, "SIGKILL");
  }, 1000);`;

/**
 * Ends the process when the event loop stands still for `limit` milliseconds.
 * @param hint how to repeat the run
 */
export function watchEventLoop(limit: number, hint: string): Watchdog {
  const cells = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(guard, { eval: true, workerData: { cells, limit, hint } });
  worker.unref();
  const pulse = setInterval(() => Atomics.add(cells, 0, 1), 500);
  return {
    beat: (number) => Atomics.store(cells, 1, number),
    stop: () => {
      clearInterval(pulse);
      return worker.terminate();
    },
  };
}
