/** Rows of a main statement, decoded. They come in binary format, so that a body of type bytea is its bytes. */
import type { ResultSet } from "./types.ts";
import type { Row } from "./wire-reader.ts";

/** What PostgREST assumes when a write or a call gives no row at all. */
export function emptyResultSet(tableTotal: bigint | null): ResultSet {
  return {
    tableTotal,
    queryTotal: 0n,
    location: [],
    body: Buffer.alloc(0),
    gucHeaders: null,
    gucStatus: null,
    inserted: null,
  };
}

/**
 * @param row total, page total, [location,] body, response headers, response status, inserted
 * @param withLocation whether the third column is the location (writes only)
 */
export function decodeResultSet(row: Row, withLocation: boolean): ResultSet {
  const values = row.values();
  const [tableTotal, queryTotal] = values;
  const location = withLocation ? values[2] : null;
  const rest = withLocation ? 3 : 2;
  const [body, gucHeaders, gucStatus, inserted] = [values[rest], values[rest + 1], values[rest + 2], values[rest + 3]];
  return {
    tableTotal: integer(tableTotal),
    queryTotal: integer(queryTotal) ?? 0n,
    location: location ? textArray(location).map(splitPair) : [],
    body: body ?? Buffer.alloc(0),
    gucHeaders: gucHeaders?.toString("utf8") ?? null,
    gucStatus: gucStatus?.toString("utf8") ?? null,
    inserted: integer(inserted),
  };
}

/** int4 and int8 in network order. The empty text that stands for "not counted" reads as zero, as PostgREST's decoder has it. */
function integer(value: Buffer | null | undefined): bigint | null {
  if (!value) return null;
  if (value.length === 0) return 0n;
  if (value.length === 4) return BigInt(value.readInt32BE(0));
  // Few counts need more than four bytes, and to read eight at a time takes long.
  const high = value.readInt32BE(0);
  return high === 0 ? BigInt(value.readUInt32BE(4)) : value.readBigInt64BE(0);
}

/** `text[]` of one dimension (array_recv in the server's arrayfuncs.c): dimensions, flags, type, then size and lower bound. */
function textArray(value: Buffer): string[] {
  if (value.readInt32BE(0) === 0) return [];
  const count = value.readInt32BE(12);
  const texts: string[] = [];
  let offset = 20;
  for (let index = 0; index < count; index += 1) {
    const length = value.readInt32BE(offset);
    offset += 4;
    texts.push(length < 0 ? "" : value.toString("utf8", offset, offset + length));
    offset += Math.max(length, 0);
  }
  return texts;
}

/** `id=eq.5` → `["id", "eq.5"]`, at the first `=`. */
function splitPair(pair: string): readonly [string, string] {
  const mark = pair.indexOf("=");
  return [pair.slice(0, mark), pair.slice(mark + 1)];
}

/** The planner's guess out of `EXPLAIN (FORMAT JSON)`. */
export function plannedRows(row: Row | undefined): bigint | null {
  const json = row?.values()[0];
  if (!json) return null;
  const [explained] = JSON.parse(json.toString("utf8")) as Array<{ Plan?: { "Plan Rows"?: number } }>;
  const guess = explained?.Plan?.["Plan Rows"];
  return typeof guess === "number" ? BigInt(Math.trunc(guess)) : null;
}
