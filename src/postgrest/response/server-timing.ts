import type { Dialect } from "../dialect.ts";

/** Seconds by phase; a phase that did not run is absent. */
export interface PhaseTimes {
  readonly jwt?: number | undefined;
  readonly parse?: number | undefined;
  readonly plan?: number | undefined;
  readonly transaction?: number | undefined;
  readonly response?: number | undefined;
}

const phases = ["jwt", "parse", "plan", "transaction", "response"] as const;

/** `Server-Timing` (https://www.w3.org/TR/server-timing/), with one decimal. A phase without a time leaves its place empty. */
export function serverTiming(times: PhaseTimes, dialect: Dialect): readonly [name: string, value: string] {
  const metrics = phases.map((phase) => {
    const seconds = times[phase];
    return seconds === undefined ? "" : `${phase};dur=${(seconds * dialect.serverTimingPerSecond).toFixed(1)}`;
  });
  return ["Server-Timing", metrics.join(", ")];
}
