/** Numbers of one run, and the best of several. */
export interface Measurement {
  /** Milliseconds, one per answer. */
  readonly latencies: readonly number[];
  /** How long it took in all. */
  readonly seconds: number;
}

export interface Figures {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p95: number;
  /** Microseconds of the process' own CPU time per request; null where another program was measured. */
  readonly cpu: number | null;
}

export function figures({ latencies, seconds }: Measurement, cpuSeconds: number | null): Figures {
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  const cpu = cpuSeconds === null ? null : (cpuSeconds * 1e6) / sorted.length;
  return { perSecond: sorted.length / seconds, p50: at(0.5), p95: at(0.95), cpu };
}

/** The best of each figure. */
export function best(rounds: readonly Figures[]): Figures {
  const least = (of: (figures: Figures) => number): number => Math.min(...rounds.map(of));
  return {
    perSecond: Math.max(...rounds.map(({ perSecond }) => perSecond)),
    p50: least(({ p50 }) => p50),
    p95: least(({ p95 }) => p95),
    cpu: rounds.some(({ cpu }) => cpu === null) ? null : least(({ cpu }) => cpu ?? 0),
  };
}
