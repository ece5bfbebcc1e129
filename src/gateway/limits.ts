/** Rate limit and inflight cap of v2. Only requests with a valid token come this far, so only they count. */
import type { Clock } from "../time/clock.ts";
import type { Answer, Passed } from "./answer.ts";
import { error, json, passed, refused } from "./answer.ts";
import type { CatalogEntry, RateLimit } from "./types.ts";

export const MAX_INFLIGHT = 1000;

/** A place among the requests under way; give it back when the answer is complete. */
export interface Slot {
  release(): void;
}

const unlimited = passed("limits", "limits.passed", null).step;

export class Limits {
  readonly #rate: RateLimit | undefined;
  readonly #cap: number;
  readonly #clock: Clock;
  readonly #windows = new Map<string, { count: number; readonly endsAt: number }>();
  #inflight = 0;

  constructor(settings: { rateLimit?: RateLimit | undefined; maxInflight?: number | undefined }, clock: Clock) {
    this.#rate = settings.rateLimit;
    this.#cap = settings.maxInflight ?? MAX_INFLIGHT;
    this.#clock = clock;
  }

  /** Whether a rate limit is configured; on the platform that means Redis is. */
  get limited(): boolean {
    return this.#rate !== undefined;
  }

  admit(project: CatalogEntry): Passed<Slot> | Answer {
    const count = this.#count(project.projectId);
    const limit = this.#rate?.limit;
    if (limit !== undefined && count > limit) {
      const evidence = { count, limit, windowSeconds: this.#rate?.windowSeconds };
      return { ...refused("limits", "limits.rate", error(429, "rate limit exceeded"), evidence), project };
    }
    if (this.#inflight >= this.#cap) {
      const state = { inflight: this.#inflight, cap: this.#cap };
      const response = json(503, { error: "gateway overloaded, retry later", ...state });
      return { ...refused("limits", "limits.inflight", response, state), project };
    }
    this.#inflight += 1;
    if (limit === undefined) return { step: unlimited, value: this.#slot() };
    return passed("limits", "limits.passed", this.#slot(), { count, limit });
  }

  /** A window starts with the first request counted in it and is shared by all routes and tokens of a project. */
  #count(tenantId: string): number {
    if (this.#rate === undefined) return 0;
    const now = this.#clock.now();
    const open = this.#windows.get(tenantId);
    if (open !== undefined && now < open.endsAt) return ++open.count;
    this.#windows.set(tenantId, { count: 1, endsAt: now + this.#rate.windowSeconds * 1000 });
    return 1;
  }

  #slot(): Slot {
    let held = true;
    return {
      release: () => {
        if (held) this.#inflight -= 1;
        held = false;
      },
    };
  }
}
