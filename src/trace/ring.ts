/** The last traces, bounded in number and in bytes, with a way to follow new ones. */
import type { Trace } from "./trace.ts";

export interface RingLimits {
  readonly traces: number;
  /** Request and response bodies held by all traces together; beyond it the oldest go first. */
  readonly bytes: number;
}

export class TraceRing {
  readonly #limits: RingLimits;
  readonly #traces = new Map<string, Trace>();
  readonly #followers = new Set<(trace: Trace) => void>();
  #bytes = 0;

  constructor(limits: RingLimits = { traces: 1000, bytes: 64 * 1024 * 1024 }) {
    this.#limits = limits;
  }

  add(trace: Trace): void {
    this.#traces.set(trace.id, trace);
    this.#bytes += weight(trace);
    for (const [id, oldest] of this.#traces) {
      const tooMany = this.#traces.size > this.#limits.traces || this.#bytes > this.#limits.bytes;
      if (!tooMany || this.#traces.size === 1) break;
      this.#traces.delete(id);
      this.#bytes -= weight(oldest);
    }
    for (const follower of this.#followers) follower(trace);
  }

  get(id: string): Trace | undefined {
    return this.#traces.get(id);
  }

  /** Oldest first. */
  all(): Trace[] {
    return [...this.#traces.values()];
  }

  /** The newest trace that matches. */
  last(matches: (trace: Trace) => boolean = () => true): Trace | undefined {
    return this.all().findLast(matches);
  }

  /** Calls back for every trace from now on; returns the way to stop. */
  follow(follower: (trace: Trace) => void): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  clear(): void {
    this.#traces.clear();
    this.#bytes = 0;
  }
}

const weight = (trace: Trace): number => trace.request.body.length + trace.response.body.length;
