/** A query string (or a form) as pairs of bytes, one character each, and back in canonical order. */
import { percentDecode, percentEncode } from "./bytes.ts";

export interface Pair {
  readonly name: string;
  /** null: there was no `=`. */
  readonly value: string | null;
}

/** Parted at `&` and `;`. An empty piece is a pair with an empty name, unless it is the last. */
export function parseQueryString(bytes: string): Pair[] {
  const pieces = bytes.split(/[&;]/);
  if (pieces.at(-1) === "") pieces.pop();
  return pieces.map((piece) => {
    const equals = piece.indexOf("=");
    if (equals < 0) return { name: percentDecode(piece, true), value: null };
    return {
      name: percentDecode(piece.slice(0, equals), true),
      value: percentDecode(piece.slice(equals + 1), true),
    };
  });
}

/** A form body; its library drops a leading question mark. */
export const parseForm = (body: Buffer): Pair[] => parseQueryString(body.toString("latin1").replace(/^\?/, ""));

/**
 * The query string as `Content-Location` shows it: sorted by name, the values of one name joined by commas. Every byte above
 * ASCII is taken for a character and encoded as UTF-8 once more, as the real one does.
 */
export function canonicalQuery(pairs: readonly Pair[]): string {
  const values = new Map<string, string[]>();
  for (const { name, value } of pairs) {
    const list = values.get(name);
    if (list === undefined) values.set(name, [percentEncode(value ?? "")]);
    else list.push(percentEncode(value ?? ""));
  }
  return [...values]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, list]) => `${percentEncode(name)}=${list.join(",")}`)
    .join("&");
}
