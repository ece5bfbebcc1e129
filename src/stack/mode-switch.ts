/** Which mode is live, and the runtimes that have been needed so far. Changes run one after the other. */
import type { ModeName } from "../project/mode/types.ts";
import type { LiveMode } from "./live-mode.ts";

export interface ModeSwitchOptions {
  readonly initial: ModeName;
  start(mode: ModeName): Promise<LiveMode>;
  /** Called at the moment the mode changes, before any request sees it. */
  onChange(mode: ModeName): void;
}

export class ModeSwitch {
  readonly #options: ModeSwitchOptions;
  readonly #runtimes = new Map<ModeName, LiveMode>();
  #current: ModeName;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: ModeSwitchOptions) {
    this.#options = options;
    this.#current = options.initial;
  }

  get current(): ModeName {
    return this.#current;
  }

  /** The runtime of a mode that has been started. */
  runtime(mode: ModeName = this.#current): LiveMode {
    const runtime = this.#runtimes.get(mode);
    if (runtime === undefined) throw new Error(`Mode ${mode} has not been started.`);
    return runtime;
  }

  get started(): readonly LiveMode[] {
    return [...this.#runtimes.values()];
  }

  /** The runtime of a mode, started if need be. The live mode stays. */
  ready(mode: ModeName): Promise<LiveMode> {
    return this.alone(() => this.#started(mode));
  }

  /** Starts the mode if need be and makes it the live one. Requests under way finish where they began. Rejects for a mode that cannot be served. */
  to(mode: ModeName): Promise<void> {
    return this.alone(async () => {
      await (await this.#started(mode)).serves?.();
      if (mode === this.#current) return;
      this.#options.onChange(mode);
      this.#current = mode;
    });
  }

  async #started(mode: ModeName): Promise<LiveMode> {
    const runtime = this.#runtimes.get(mode) ?? (await this.#options.start(mode));
    this.#runtimes.set(mode, runtime);
    return runtime;
  }

  /** Runs work on the databases while no other such work runs. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => {});
    return turn;
  }

  /** Stops what runs, does the work on what it stood on, and starts it anew, whether the work succeeded or not. */
  restart(work: () => Promise<void>): Promise<void> {
    return this.alone(async () => {
      const modes = [...this.#runtimes.keys()];
      await Promise.all(this.started.map((runtime) => runtime.stop()));
      try {
        await work();
      } finally {
        for (const mode of modes) this.#runtimes.set(mode, await this.#options.start(mode));
      }
    });
  }

  async stop(): Promise<void> {
    await this.#queue;
    await Promise.all(this.started.map((runtime) => runtime.stop()));
    this.#runtimes.clear();
  }
}
