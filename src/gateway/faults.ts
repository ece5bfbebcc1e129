/** Failures of the platform on demand, for testing how an app takes them. One at a time, for a while or for some requests. */
import type { ModeName } from "../project/mode/types.ts";
import type { Clock } from "../time/clock.ts";

/**
 * `429` rate limit, `502` upstream error, `503` overloaded (v1: no schema cache), `504` upstream timeout, `slow` an answer
 * that takes its time, `stale-cache` PostgREST does not hear of changes to the schema.
 */
export const faultKinds = ["429", "502", "503", "504", "slow", "stale-cache"] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface FaultRequest {
  readonly kind: FaultKind;
  /** Milliseconds until it is over; absent: no end by time. */
  readonly forMs?: number | undefined;
  /** Requests it hits; absent: no end by number. Requests refused before PostgREST do not count. */
  readonly count?: number | undefined;
  /** Of `slow`, milliseconds; default 3000. */
  readonly delayMs?: number | undefined;
}

export interface ActiveFault {
  readonly kind: FaultKind;
  /** Milliseconds since the epoch; null: no end by time. */
  readonly until: number | null;
  /** Requests still to be hit; null: no end by number. */
  readonly left: number | null;
  readonly delayMs: number;
}

const DELAY = 3000;

export class Faults {
  readonly #clock: Clock;
  #active: ActiveFault | undefined;
  #timer: NodeJS.Timeout | undefined;
  #deferred: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes the place of the one before. Throws an `Error` with a sentence for what cannot be. */
  start({ kind, forMs, count, delayMs = DELAY }: FaultRequest, mode: ModeName): ActiveFault {
    if (kind === "429" && mode === "v1") {
      throw new Error("v1 has no rate limit, so it never answers 429. Choose another fault, or switch to v2.");
    }
    if (kind === "stale-cache" && count !== undefined) {
      throw new Error("A stale schema cache is not counted by requests. Give it a time, or end it by hand.");
    }
    this.stop();
    const until = forMs === undefined ? null : this.#clock.now() + forMs;
    this.#active = { kind, until, left: count ?? null, delayMs };
    if (forMs !== undefined) this.#timer = setTimeout(() => this.stop(), forMs).unref();
    return this.#active;
  }

  /** Ends the fault there is, if any, and does what it has held up. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#active = undefined;
    const work = this.#deferred;
    this.#deferred = undefined;
    work?.();
  }

  get active(): ActiveFault | undefined {
    const until = this.#active?.until ?? null;
    if (until !== null && this.#clock.now() >= until) this.stop();
    return this.#active;
  }

  /** The fault that the request at hand meets; counts it. */
  take(): ActiveFault | undefined {
    const fault = this.active;
    if (fault === undefined || fault.kind === "stale-cache") return undefined;
    if (fault.left === null) return fault;
    if (fault.left <= 1) this.stop();
    else this.#active = { ...fault, left: fault.left - 1 };
    return fault;
  }

  /** Runs a reload of the schema cache: now, or once `stale-cache` is over. */
  reload(work: () => void): void {
    if (this.active?.kind === "stale-cache") this.#deferred = work;
    else work();
  }
}
