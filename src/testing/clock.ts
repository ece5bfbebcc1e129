/** The clock of a project under test: one for tokens, gateway and PostgREST, as far as each of them can be told the time. */
import type { ModeName } from "../project/mode/types.ts";
import type { PostgrestSource } from "../project/parts.ts";
import { StackError } from "../stack/errors.ts";
import { AdjustableClock } from "../time/clock.ts";

export class TestClock extends AdjustableClock {
  /** Throws where a moved clock would make wrong answers. Set once the project runs. */
  mayMove: () => void = () => {};

  override freeze(at?: number): void {
    if (at !== undefined) requireMilliseconds(at, "freeze", "since the epoch, as Date.now() gives them");
    this.mayMove();
    super.freeze(at);
  }

  override shift(milliseconds: number): void {
    requireMilliseconds(milliseconds, "shift", "to go on, or back where it is negative");
    this.mayMove();
    super.shift(milliseconds);
  }
}

/** Tests in JavaScript have no types: a Date or "1m" would make a clock that shows no time at all. */
function requireMilliseconds(value: unknown, method: string, which: string): void {
  if (typeof value === "number" && Number.isFinite(value)) return;
  throw new StackError("BAD_REQUEST", {
    what: `clock.${method}() cannot take ${String(value)}.`,
    why: `It takes a number: the milliseconds ${which}.`,
    next: method === "freeze" ? "Pass date.getTime() for a Date." : "Pass 60_000 for a minute.",
  });
}

/**
 * On v2 the gateway judges tokens, and dates those that it makes for PostgREST by PostgREST's clock; on v1 PostgREST judges
 * them itself. Throws `UNSUPPORTED`.
 */
export function requireMovable(mode: ModeName, postgrest: PostgrestSource): void {
  if (mode === "v2" || postgrest.kind === "builtin") return;
  throw new StackError("UNSUPPORTED", {
    what: "The clock of this PostgREST cannot be moved.",
    why: "On v1 PostgREST itself judges tokens, and one that is not built in reads the machine's clock.",
    next: 'Leave time alone on v1 (flux.clock.reset() returns to it), or use postgrest: "builtin", or v2, whose gateway judges tokens.',
  });
}
