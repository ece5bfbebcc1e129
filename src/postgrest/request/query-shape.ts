/**
 * A query string without the values of its filters. An app asks for `id=eq.1` and `id=eq.2` in the same way, so both can be
 * read and planned once: with a mark in place of each value, which the statement later gives its value instead.
 */
import { randomBytes } from "node:crypto";
import { bytesOf, decodeUtf8, percentDecode, percentEncode } from "./bytes.ts";

export interface QueryShape {
  /** The query with a NUL in place of each value. */
  readonly text: string;
  readonly values: readonly FilterValue[];
}

export interface FilterValue {
  /** As it stands in the query, decoded to bytes, one character each. */
  readonly bytes: string;
  /** As it goes to Postgres. */
  readonly sent: string;
}

/**
 * A filter and where its value begins. Written plainly only: what is escaped here is read as any other query. That this really
 * is a filter need not be known, as a mark that ends up anywhere but in a parameter of its own is found out.
 */
const filterStart =
  /^[^=]*=(?:not\.)?(?:(in\.)\(|(i?like)(?:\(a(?:ny|ll)\))?\.|(?:(?:n?eq|[gl]te?|isdistinct|i?match|c[sd]|ov|s[lr]|nx[lr]|adj)(?:\(a(?:ny|ll)\))?|(?:pl|ph|w)?fts(?:\(\w+\))?)\.)/;

/** Of a list: nothing that is quoted, nested, blank or empty, which is read in more ways than one. */
const plainList = /^[^\s(),"\\]+(?:,[^\s(),"\\]+)*$/;

/** Undefined where there is no such value, or one that is no UTF-8. */
export function queryShape(query: string): QueryShape | undefined {
  const bytes = bytesOf(query);
  // It marks places here, and Postgres takes none.
  if (bytes.includes("\0") || bytes.includes("%00")) return undefined;
  const values: FilterValue[] = [];
  let text = "";
  for (const piece of bytes.split(/[&;]/)) {
    const start = filterStart.exec(piece);
    const value = start === null ? undefined : filterValue(start, percentDecode(piece.slice(start[0].length), true));
    if (value === undefined) {
      text += `${piece}&`;
      continue;
    }
    values.push(value);
    text += `${start![0]}${start![1] === undefined ? "\0" : "\0)"}&`;
  }
  return values.length === 0 ? undefined : { text: text.slice(0, -1), values };
}

/** Undefined for what Postgres does not get as it is. */
function filterValue([, list, pattern]: RegExpExecArray, bytes: string): FilterValue | undefined {
  const decoded = decodedOf(bytes);
  // The star of a pattern stands for another character.
  if (decoded === undefined || (pattern !== undefined && decoded.includes("*"))) return undefined;
  if (list === undefined) return { bytes, sent: decoded };
  const inner = decoded.slice(0, -1);
  if (!decoded.endsWith(")") || !plainList.test(inner)) return undefined;
  return { bytes: bytes.slice(0, -1), sent: `{"${inner.replaceAll(",", '","')}"}` };
}

function decodedOf(bytes: string): string | undefined {
  try {
    return decodeUtf8(bytes);
  } catch {
    return undefined;
  }
}

/** Nobody can guess it, so it comes from nowhere but `markedQuery`. */
const secret = randomBytes(12).toString("hex");

/** A query of that shape, with marks for values. */
export function markedQuery({ text }: QueryShape): string {
  let count = 0;
  return text.replaceAll("\0", () => `${secret}m${count++}m`);
}

const anyMark = new RegExp(`${secret}m(\\d+)m`);
/** Alone, or as the only one of a list, which then is a list of its own. */
const wholeMark = new RegExp(`^(?:${anyMark.source}|\\{"${anyMark.source}"\\})$`);

/** Which value a parameter stands for, if it does so for nothing else. */
export function markedValue(parameter: string): number | undefined {
  const found = wholeMark.exec(parameter);
  return found === null ? undefined : Number(found[1] ?? found[2]);
}

export const holdsMark = (text: string): boolean => text.includes(secret);

/** The canonical query of a shape, to be filled with values. @param canonical that of the marked query */
export function canonicalOf(canonical: string): (values: QueryShape["values"]) => string {
  const [first = "", ...rest] = canonical.split(anyMark);
  const pieces = Array.from({ length: rest.length / 2 }, (_, at) => [Number(rest[2 * at]), rest[2 * at + 1]!] as const);
  return (values) => pieces.reduce((text, [index, after]) => text + percentEncode(values[index]!.bytes) + after, first);
}
