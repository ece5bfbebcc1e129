/** Where one request is on its way through the phases: for the trace, for Server-Timing, for the access log. */
import type { Layer, Observe, Step } from "../trace/step.ts";
import type { PhaseTimes } from "./response/server-timing.ts";

type Phase = keyof PhaseTimes;

export class Journey {
  /** The phase at work; whatever is refused now is refused by it. */
  layer: Layer = "auth";
  /** Role the request runs as, once known. */
  role: string | null = null;
  readonly times: Partial<Record<Phase, number>> = {};
  readonly #observe: Observe | undefined;
  readonly #timed: boolean;
  #since = performance.now();
  #hasRefused = false;

  /** @param timed whether `times` are wanted */
  constructor(observe: Observe | undefined, timed: boolean) {
    this.#observe = observe;
    this.#timed = timed;
  }

  enter(layer: Layer): void {
    this.layer = layer;
  }

  /** Ends a phase. `describe` makes the step for the trace, or several, and is called only if someone listens. */
  passed(phase: Phase, describe: () => Step | readonly Step[]): void {
    const now = performance.now();
    const ms = now - this.#since;
    this.#since = now;
    if (this.#timed) this.times[phase] = ms / 1000;
    if (this.#observe === undefined) return;
    const described = describe();
    if ("layer" in described) this.#tell(described, ms);
    else for (const step of described) this.#tell(step, ms);
  }

  /** Ends the journey early, unless a step has told of the refusal by itself, as that of the transaction does. */
  refused(describe: (layer: Layer) => Step): void {
    if (!this.#hasRefused) this.#observe?.(describe(this.layer), performance.now() - this.#since);
  }

  #tell(step: Step, ms: number): void {
    this.#hasRefused ||= step.outcome === "refused";
    this.#observe?.(step, ms);
  }
}
