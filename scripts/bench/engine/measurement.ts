/** Numbers of one run, and what is typical of several. */
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

/** The median of each figure: the best round would be of a moment when the others of a shared machine happened to rest. */
export function typical(rounds: readonly Figures[]): Figures {
  const middle = (of: (figures: Figures) => number): number => {
    const sorted = rounds.map(of).toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)]!;
  };
  return {
    perSecond: middle(({ perSecond }) => perSecond),
    p50: middle(({ p50 }) => p50),
    p95: middle(({ p95 }) => p95),
    cpu: rounds.some(({ cpu }) => cpu === null) ? null : middle(({ cpu }) => cpu ?? 0),
  };
}

/** The median of what each round gave in comparison with the same round of another: a disturbance mostly meets both. */
export function shareOf(rounds: readonly Figures[], others: readonly Figures[]): number {
  const shares = rounds.map(({ perSecond }, index) => perSecond / others[index]!.perSecond).toSorted((a, b) => a - b);
  return shares[Math.floor(shares.length / 2)]!;
}
