/**
 * A query string without the values of its plain filters. An app asks for `id=eq.1` and `id=eq.2` in the same way, so both can
 * be read and planned once: with a mark in place of each value, which the statement later gives its value instead.
 */
import { randomBytes } from "node:crypto";
import { bytesOf, percentDecode } from "./bytes.ts";
import { canonicalText } from "./query-string.ts";

export interface QueryShape {
  /** The query with a NUL in place of each value. */
  readonly text: string;
  /** The values in order, decoded to bytes, one character each. */
  readonly values: readonly string[];
}

/**
 * Operators whose value goes to Postgres as it is. Written plainly only: what is escaped here is read as any other query. That
 * this really is a filter need not be known, as a mark that ends up anywhere but in a parameter of its own is found out.
 */
const plainFilter = /^[^=]*=(?:not\.)?(?:eq|neq|gte?|lte?|isdistinct)\./;

/** Undefined where there is no such value, or one that Postgres would not get as it is. */
export function queryShape(query: string): QueryShape | undefined {
  const bytes = bytesOf(query);
  if (bytes.includes("\0")) return undefined;
  const values: string[] = [];
  let text = "";
  for (const piece of bytes.split(/[&;]/)) {
    const plain = plainFilter.exec(piece)?.[0];
    if (plain === undefined) {
      text += `${piece}&`;
      continue;
    }
    const value = percentDecode(piece.slice(plain.length), true);
    if (value.includes("\0")) return undefined;
    values.push(value);
    text += `${plain}\0&`;
  }
  return values.length === 0 ? undefined : { text: text.slice(0, -1), values };
}

/** Nobody can guess it, so it comes from nowhere but `markedQuery`. */
const secret = randomBytes(12).toString("hex");
const markAt = (index: number): string => `${secret}m${index}m`;

/** A query of that shape, with marks for values. */
export function markedQuery({ text }: QueryShape): string {
  let count = 0;
  return text.replaceAll("\0", () => markAt(count++));
}

const anyMark = new RegExp(`${secret}m(\\d+)m`);

/** Which value a text stands for, if it is a mark and nothing else. */
export function markedValue(text: string): number | undefined {
  const found = anyMark.exec(text);
  return found?.[0] === text ? Number(found[1]) : undefined;
}

export const holdsMark = (text: string): boolean => text.includes(secret);

/** The canonical query of a shape, to be filled with values. @param canonical that of the marked query */
export function canonicalOf(canonical: string): (values: QueryShape["values"]) => string {
  const [first = "", ...rest] = canonical.split(anyMark);
  const pieces = Array.from({ length: rest.length / 2 }, (_, at) => [Number(rest[2 * at]), rest[2 * at + 1]!] as const);
  return (values) => pieces.reduce((text, [index, after]) => text + canonicalText(values[index]!) + after, first);
}
