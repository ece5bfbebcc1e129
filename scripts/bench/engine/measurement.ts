/** Numbers of one run, and the middle of several. */
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

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
