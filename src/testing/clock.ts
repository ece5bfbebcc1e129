/** The clock of a project under test: one for tokens, gateway and PostgREST, as far as each of them can be told the time. */
import type { ModeName } from "../project/mode/types.ts";
import type { PostgrestSource } from "../project/parts.ts";
import { StackError } from "../stack/errors.ts";
import { AdjustableClock } from "../time/clock.ts";

export class TestClock extends AdjustableClock {
  /** Throws where a moved clock would make wrong answers. Set once the project runs. */
  mayMove: () => void = () => {};

  override freeze(at?: number): void {
    this.mayMove();
    super.freeze(at);
  }

  override shift(milliseconds: number): void {
    this.mayMove();
    super.shift(milliseconds);
  }
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
