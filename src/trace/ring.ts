/** The last traces, bounded in number and in bytes, with a way to follow new ones. */
import { Place } from "./place.ts";
import type { Trace } from "./trace.ts";

export interface RingLimits {
  readonly traces: number;
  /** Request and response bodies held by all traces together; beyond it the oldest go first. */
  readonly bytes: number;
}

export class TraceRing {
  readonly #limits: RingLimits;
  /** As many as were ever needed, up to the limit. The newest trace is before `#next`, the others before that, around the end. */
  #places: Place[] = [];
  #next = 0;
  #held = 0;
  #bytes = 0;
  readonly #followers = new Set<(trace: Trace) => void>();

  constructor(limits: RingLimits = { traces: 1000, bytes: 64 * 1024 * 1024 }) {
    this.#limits = limits;
  }

  add(trace: Trace): void {
    let place = this.#places[this.#next];
    if (place === undefined) {
      place = new Place();
      this.#places.push(place);
    }
    // What comes next is then the oldest.
    if (this.#held === this.#limits.traces) this.#forget(place);
    place.hold(trace);
    this.#held += 1;
    this.#bytes += place.weight;
    this.#next = (this.#next + 1) % this.#limits.traces;
    while (this.#held > 1 && this.#bytes > this.#limits.bytes) {
      const oldest = this.#placeBefore(this.#held);
      this.#forget(oldest);
      oldest.empty();
    }
    for (const follower of this.#followers) follower(trace);
  }

  #forget(oldest: Place): void {
    this.#held -= 1;
    this.#bytes -= oldest.weight;
  }

  /** @param back 1 for the newest trace */
  #placeBefore(back: number): Place {
    const { traces } = this.#limits;
    return this.#places[(this.#next - back + traces) % traces]!;
  }

  get(id: string): Trace | undefined {
    for (let back = 1; back <= this.#held; back += 1) {
      const place = this.#placeBefore(back);
      if (place.id === id) return place.trace();
    }
    return undefined;
  }

  /** Oldest first. */
  all(): Trace[] {
    return Array.from({ length: this.#held }, (_, index) => this.#placeBefore(this.#held - index).trace());
  }

  /** The newest trace that matches. */
  last(matches: (trace: Trace) => boolean = () => true): Trace | undefined {
    for (let back = 1; back <= this.#held; back += 1) {
      const trace = this.#placeBefore(back).trace();
      if (matches(trace)) return trace;
    }
    return undefined;
  }

  /** Calls back for every trace from now on; returns the way to stop. */
  follow(follower: (trace: Trace) => void): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  clear(): void {
    this.#places = [];
    [this.#next, this.#held, this.#bytes] = [0, 0, 0];
  }
}
