/** A query string (or a form) as pairs of bytes, and back in canonical order. */
import { percentDecode } from "./bytes.ts";

export interface Pair {
  readonly name: Buffer;
  /** null: there was no `=`. */
  readonly value: Buffer | null;
}

const AMPERSAND = 0x26;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;

/** Parted at `&` and `;`. An empty piece is a pair with an empty name, unless it is the last. */
export function parseQueryString(bytes: Buffer): Pair[] {
  const pairs: Pair[] = [];
  for (let start = 0; start < bytes.length; ) {
    let end = start;
    while (end < bytes.length && bytes[end] !== AMPERSAND && bytes[end] !== SEMICOLON) end++;
    const piece = bytes.subarray(start, end);
    const equals = piece.indexOf(EQUALS);
    pairs.push({
      name: percentDecode(equals < 0 ? piece : piece.subarray(0, equals), true),
      value: equals < 0 ? null : percentDecode(piece.subarray(equals + 1), true),
    });
    start = end + 1;
  }
  return pairs;
}

/** A form body; its library drops a leading question mark. */
export const parseForm = (body: Buffer): Pair[] => parseQueryString(body[0] === 0x3f ? body.subarray(1) : body);

/**
 * The query string as `Content-Location` shows it: sorted by name, the values of one name joined by commas. Every byte above
 * ASCII is taken for a character and encoded as UTF-8 once more, as the real one does.
 */
export function canonicalQuery(pairs: readonly Pair[]): string {
  const values = new Map<string, string[]>();
  for (const { name, value } of pairs) {
    const key = name.toString("latin1");
    const list = values.get(key) ?? [];
    list.push(encode(value?.toString("latin1") ?? ""));
    values.set(key, list);
  }
  return [...values]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, list]) => `${encode(name)}=${list.join(",")}`)
    .join("&");
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
