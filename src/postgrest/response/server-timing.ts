import type { Dialect } from "../dialect.ts";
import type { ActionPlan } from "../plan/types.ts";

/** Seconds by phase; a phase that did not run is absent. */
export interface PhaseTimes {
  readonly jwt?: number | undefined;
  readonly parse?: number | undefined;
  readonly plan?: number | undefined;
  readonly transaction?: number | undefined;
  readonly response?: number | undefined;
}

const phases = ["jwt", "parse", "plan", "transaction", "response"] as const;

type Phase = keyof PhaseTimes;

/** What OPTIONS has no need of. 12.0 does not even enter these phases, and leaves their places in the header empty. */
const idle: Partial<Record<ActionPlan["kind"], readonly Phase[]>> = {
  "relation-info": ["plan", "transaction"],
  "schema-info": ["plan", "transaction"],
  "routine-info": ["transaction"],
};

/**
 * `Server-Timing` (https://www.w3.org/TR/server-timing/), with one decimal. A phase without a time leaves its place empty.
 *
 * @param planned what the request turned out to be
 */
export function serverTiming(
  times: PhaseTimes,
  planned: ActionPlan["kind"],
  dialect: Dialect,
): readonly [name: string, value: string] {
  const skipped = dialect.serverTimingSkipsIdlePhases ? (idle[planned] ?? []) : [];
  const metrics = phases.map((phase) => {
    const seconds = times[phase];
    if (seconds === undefined || skipped.includes(phase)) return "";
    return `${phase};dur=${(seconds * dialect.serverTimingPerSecond).toFixed(1)}`;
  });
  return ["Server-Timing", metrics.join(", ")];
}
