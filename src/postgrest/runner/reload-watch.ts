/** Knows from its log when a real PostgREST has read the schema again: it says so there and nowhere else. */
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds; a big schema takes a while, and a server with log-level=crit never says it. */
const PATIENCE = 5000;

export class ReloadWatch {
  #waiting: (() => void)[] = [];

  /** Every line of its log goes through here. */
  line(text: string): void {
    // Both versions end their loading with this line; 12.2 adds what it has found.
    if (!/Schema cache loaded/.test(text)) return;
    const woken = this.#waiting;
    this.#waiting = [];
    for (const wake of woken) wake();
  }

  /** Resolves when a load that `trigger` caused has ended, or after a few seconds. */
  async after(trigger: () => Promise<unknown>, patience = PATIENCE): Promise<void> {
    const loaded = new Promise<void>((resolve) => this.#waiting.push(resolve));
    await trigger();
    const stop = new AbortController();
    await Promise.race([loaded, sleep(patience, undefined, { signal: stop.signal })]);
    stop.abort();
  }
}
