/** Ranges of rows, as `Range`, `limit` and `offset` ask for, and what is answered about them. */
import { readInteger } from "../haskell.ts";

export interface Range {
  /** First row, from 0. */
  readonly lower: bigint;
  /** Last row inclusive; null is open. `{lower: 0, upper: -1}` is `limit=0`. */
  readonly upper: bigint | null;
}

export const allRows: Range = { lower: 0n, upper: null };

const limitZero: Range = { lower: 0n, upper: -1n };

export const isEmptyRange = ({ lower, upper }: Range): boolean => upper !== null && upper < lower;

export const sameRange = (a: Range, b: Range): boolean =>
  (isEmptyRange(a) && isEmptyRange(b)) || (a.lower === b.lower && a.upper === b.upper);

/** An empty range swallows the other, also when the other's bounds are wider. */
export function intersect(a: Range, b: Range): Range {
  if (isEmptyRange(a)) return a;
  if (isEmptyRange(b)) return b;
  const [first, second] = a.lower < b.lower ? [a, b] : [b, a];
  const ends = first.upper !== null && (second.upper === null || first.upper < second.upper) ? first : second;
  return { lower: second.lower, upper: ends.upper };
}

/** Number of rows; null is open, negative is nonsense asked for. */
export const rangeLimit = ({ lower, upper }: Range): bigint | null => (upper === null ? null : 1n + upper - lower);

/** What an empty range becomes when it is restricted: it has no first row, and PostgREST falls over asking for it. */
export const nowhere: Range = { lower: 0n, upper: -2n };

/** At most so many rows; null leaves the range as it is. */
export function restrictRange(limit: bigint | null, range: Range): Range {
  if (limit === null) return range;
  if (isEmptyRange(range)) return nowhere;
  const upper = range.lower + limit - 1n;
  return { lower: range.lower, upper: range.upper !== null && range.upper < upper ? range.upper : upper };
}

/** `limit=0` is the one empty range that is allowed. It is known by its end alone, so only at offset 0. */
export const hasLimitZero = ({ upper }: Range): boolean => upper === -1n;

export const orLimitZero = (asked: Range, otherwise: Range): Range => (hasLimitZero(asked) ? limitZero : otherwise);

/** The `Range` header: `0-9` or `10-`; anything else asks for everything. */
export function parseRangeHeader(value: string | undefined): Range {
  const match = /^([0-9]+)-([0-9]*)$/.exec(value ?? "");
  if (match === null) return allRows;
  const [, lower = "", upper = ""] = match;
  return { lower: BigInt(lower), upper: upper === "" ? null : BigInt(upper) };
}

/** A `limit` without an `offset`; what is no number asks for everything. */
export const limitRange = (limit: string): Range => restrictRange(readInteger(limit) ?? null, allRows);

/** An `offset`, and the `limit` of the same level if there is one. A limit that was no number then counts as zero. */
export function offsetRange(offset: string, limit: Range | undefined): Range {
  const lower = readInteger(offset) ?? 0n;
  return { lower, upper: limit === undefined ? null : lower + (rangeLimit(limit) ?? 0n) - 1n };
}

/** `Content-Range` of rows `lower` to `upper` inclusive; `*` when there are none, and for a total not counted. */
export function contentRange(
  lower: bigint,
  upper: bigint,
  total: bigint | null,
): readonly [name: "Content-Range", value: string] {
  const rows = total !== 0n && lower <= upper ? `${lower}-${upper}` : "*";
  return ["Content-Range", `${rows}/${total ?? "*"}`];
}

/** 416 for an offset beyond a counted total, 206 for a part of it, else 200. */
function rangeStatus(lower: bigint, upper: bigint, total: bigint | null): 200 | 206 | 416 {
  if (total === null) return 200;
  if (lower > total) return 416;
  return 1n + upper - lower < total ? 206 : 200;
}

/** Status and `Content-Range` of a page that turned out to have `rows` rows. */
export function rangeAnswer(range: Range, rows: bigint, total: bigint | null) {
  const upper = range.lower + rows - 1n;
  return { status: rangeStatus(range.lower, upper, total), header: contentRange(range.lower, upper, total) };
}
