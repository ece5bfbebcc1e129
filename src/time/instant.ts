/** `2026-11-24T11:30:45.000Z`; undefined for seconds that no date can tell, such as an `exp` in microseconds. */
export function isoTime(seconds: number): string | undefined {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
