/** Repeats the loading of the schema cache until it works, and never twice at a time. */
export interface LoaderOptions {
  /** One attempt. Says whether it worked; must not throw. */
  attempt(): Promise<boolean>;
  /** `db-pool-automatic-recovery`: whether to try again at all. */
  recovers(): boolean;
  onRetry(seconds: number): void;
}

/** Seconds between attempts, doubled up to here. */
const MAX_DELAY = 32;

export class SchemaLoader {
  readonly #options: LoaderOptions;
  #running: Promise<void> | null = null;
  #again = false;
  #nextDelay = 0;
  #endWait: (() => void) | null = null;
  #closed = false;

  constructor(options: LoaderOptions) {
    this.#options = options;
  }

  get isLoading(): boolean {
    return this.#running !== null;
  }

  /** Seconds until the next attempt; 0 when none is due. */
  get nextDelay(): number {
    return this.#nextDelay;
  }

  /**
   * Loads now. Called during a load, it makes that one run once more, because what it has read may be old by then.
   * @returns when the first attempt is over; further ones go on in the background
   */
  load(): Promise<void> {
    if (this.#running !== null) {
      this.#again = true;
      return this.#running;
    }
    return new Promise((resolve) => {
      this.#running = this.#untilDone(resolve).finally(() => {
        this.#running = null;
        resolve();
      });
    });
  }

  /** Resolves when a load under way has worked, at once when there is none. */
  async loaded(): Promise<void> {
    await this.#running;
  }

  close(): void {
    this.#closed = true;
    this.#endWait?.();
  }

  async #untilDone(firstAttemptOver: () => void): Promise<void> {
    let delay = 1;
    while (!this.#closed) {
      this.#again = false;
      if (await this.#options.attempt()) {
        if (!this.#again) break;
        delay = 1;
        continue;
      }
      firstAttemptOver();
      if (!this.#options.recovers()) break;
      this.#options.onRetry(delay);
      await this.#wait(delay);
      delay = Math.min(delay * 2, MAX_DELAY);
    }
    this.#nextDelay = 0;
  }

  #wait(seconds: number): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#nextDelay = seconds;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this.#endWait = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
