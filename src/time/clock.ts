/** The one clock that tokens, engine and identity provider read, so that a test can freeze or shift all of them at once. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** Whole seconds since the epoch, the unit of JWT's `exp`, `nbf` and `iat` (RFC 7519, NumericDate). */
export function epochSeconds(clock: Clock): number {
  return Math.floor(clock.now() / 1000);
}

/** A clock that can be frozen and shifted. */
export class AdjustableClock implements Clock {
  #offset = 0;
  #frozenAt: number | undefined;
  readonly #base: Clock;

  constructor(base: Clock = systemClock) {
    this.#base = base;
  }

  now(): number {
    return (this.#frozenAt ?? this.#base.now()) + this.#offset;
  }

  /** It does not show the base clock's time. */
  get moved(): boolean {
    return this.#frozenAt !== undefined || this.#offset !== 0;
  }

  /** Stops at `at` (milliseconds since the epoch), or at the present moment. */
  freeze(at: number = this.now()): void {
    this.#frozenAt = at;
    this.#offset = 0;
  }

  /** Moves by `milliseconds`, forwards or (negative) backwards. */
  shift(milliseconds: number): void {
    this.#offset += milliseconds;
  }

  /** Back to the base clock. */
  reset(): void {
    this.#frozenAt = undefined;
    this.#offset = 0;
  }
}
