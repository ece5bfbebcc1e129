/** How often something that ends by itself may be started again: what ends at every start will not get better. Pure. */
const WINDOW = 60_000;

export class RestartLimit {
  readonly #most: number;
  readonly #times: number[] = [];

  /** `most` restarts within a minute. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Counts one more; false when that is one too many. `now` in milliseconds. */
  allows(now = Date.now()): boolean {
    while (this.#times[0] !== undefined && this.#times[0] <= now - WINDOW) this.#times.shift();
    return this.#times.push(now) <= this.#most;
  }
}
