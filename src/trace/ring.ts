/** The last traces, bounded in number and in bytes, with a way to follow new ones. */
import { PackedTrace } from "./packed.ts";
import type { Trace } from "./trace.ts";

export interface RingLimits {
  readonly traces: number;
  /** Request and response bodies held by all traces together; beyond it the oldest go first. */
  readonly bytes: number;
}

export class TraceRing {
  readonly #limits: RingLimits;
  /** Oldest first; the places before `#first` are empty. */
  #traces: (PackedTrace | undefined)[] = [];
  #first = 0;
  readonly #followers = new Set<(trace: Trace) => void>();
  #bytes = 0;

  constructor(limits: RingLimits = { traces: 1000, bytes: 64 * 1024 * 1024 }) {
    this.#limits = limits;
  }

  add(trace: Trace): void {
    const packed = new PackedTrace(trace);
    this.#traces.push(packed);
    this.#bytes += packed.weight;
    while (this.#isFull()) {
      this.#bytes -= this.#traces[this.#first]!.weight;
      this.#traces[this.#first] = undefined;
      this.#first += 1;
    }
    // Now and then: moving the others up at every request would cost more than the rest of the trace.
    if (this.#first >= this.#limits.traces) {
      this.#traces = this.#held();
      this.#first = 0;
    }
    for (const follower of this.#followers) follower(trace);
  }

  #isFull(): boolean {
    const held = this.#traces.length - this.#first;
    return held > 1 && (held > this.#limits.traces || this.#bytes > this.#limits.bytes);
  }

  get(id: string): Trace | undefined {
    return this.#held()
      .findLast((trace) => trace.id === id)
      ?.unpack();
  }

  /** Oldest first. */
  all(): Trace[] {
    return this.#held().map((trace) => trace.unpack());
  }

  #held(): PackedTrace[] {
    return this.#traces.slice(this.#first) as PackedTrace[];
  }

  /** The newest trace that matches. */
  last(matches: (trace: Trace) => boolean = () => true): Trace | undefined {
    for (const packed of this.#held().reverse()) {
      const trace = packed.unpack();
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
    this.#traces = [];
    this.#first = 0;
    this.#bytes = 0;
  }
}
