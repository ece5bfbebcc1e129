/** A half-open or closed range of row numbers, as `Range`, `limit` and `offset` ask for. */
export interface Range {
  /** First row, from 0. */
  readonly lower: bigint;
  /** Last row inclusive; null is open. `{lower: 0, upper: -1}` is `limit=0`. */
  readonly upper: bigint | null;
}
