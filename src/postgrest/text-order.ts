/**
 * Order of texts by code point, as PostgREST's sorted sets and JSON objects have it. JavaScript's own order is by UTF-16
 * unit and differs beyond the basic plane.
 */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  if (/[\ud800-\udfff]/.test(a + b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}
