/**
 * CSV bodies, read as Haskell's `cassava` reads them, faults included: its words for a broken body reach the client
 * (PGRST102), and a quoted field that never ends silently loses its last byte.
 */
import { isUtf8 } from "node:buffer";
import { invalidBody } from "../errors/catalogue.ts";
import { compareText, showString } from "../haskell.ts";
import { decodeUtf8, firstInvalidByte } from "./bytes.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** A row by column, columns ascending; the bare word `NULL` is null. */
export type CsvRow = ReadonlyMap<string, string | null>;

interface Csv {
  readonly rows: readonly CsvRow[];
  /** A value is no UTF-8; what is wrong in it was replaced. */
  readonly unreadable: boolean;
}

/** @throws PgrstError PGRST102 with the library's words */
export function parseCsv(body: Buffer): Csv {
  const reader = new Reader(body);
  const header = reader.record();
  reader.endOfLine();
  const rows: CsvRow[] = [];
  let names: readonly string[] | undefined;
  let unreadable = false;
  for (;;) {
    const record = reader.record();
    // A blank line is no row, so in a table of one column an empty value is none either.
    const blank = record.length === 1 && record[0]?.length === 0;
    if (!blank) {
      names ??= columnNames(header, reader);
      const values = record.slice(0, names.length);
      unreadable ||= !values.every(isUtf8);
      rows.push(namedRow(names, values));
    }
    if (reader.atEnd()) return { rows, unreadable };
    reader.endOfLine();
  }
}

/** Names are only read once there is a row to name, and the first that is not UTF-8 is reported there. */
function columnNames(header: readonly Buffer[], reader: Reader): readonly string[] {
  return header.map((name) => {
    const wrong = firstInvalidByte(name);
    if (wrong === undefined) return name.toString("utf8");
    const reason = `Cannot decode byte '\\x${wrong.toString(16)}': Data.Text.Encoding: Invalid UTF-8 stream`;
    throw reader.fail(`Failed reading: conversion error: ${reason}`);
  });
}

/** Values beyond the header are dropped; a short record lacks columns, which the check of equal keys then refuses. */
function namedRow(header: readonly string[], record: readonly Buffer[]): CsvRow {
  const cells = new Map<string, string | null>();
  header.slice(0, record.length).forEach((name, index) => {
    const value = record[index]?.toString("utf8") ?? "";
    cells.set(name, value === "NULL" ? null : value);
  });
  return new Map([...cells].sort(([a], [b]) => compareText(a, b)));
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  record(): Buffer[] {
    const fields = [this.#field()];
    while (this.#bytes[this.#at] === COMMA) {
      this.#at++;
      fields.push(this.#field());
    }
    return fields;
  }

  endOfLine(): void {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw this.fail("not enough input");
    if (byte !== NEWLINE && byte !== RETURN) throw this.fail("Failed reading: satisfy");
    this.#at += byte === RETURN && this.#bytes[this.#at + 1] === NEWLINE ? 2 : 1;
  }

  #field(): Buffer {
    return this.#bytes[this.#at] === QUOTE ? this.#quotedField() : this.#plainField();
  }

  #plainField(): Buffer {
    const start = this.#at;
    for (; this.#at < this.#bytes.length; this.#at++) {
      const byte = this.#bytes[this.#at];
      if (byte === QUOTE || byte === COMMA || byte === NEWLINE || byte === RETURN) break;
    }
    return this.#bytes.subarray(start, this.#at);
  }

  /** Everything up to a quote that is not doubled; its last byte is taken for the closing quote without a look. */
  #quotedField(): Buffer {
    const start = ++this.#at;
    let afterQuote = false;
    for (; this.#at < this.#bytes.length; this.#at++) {
      if (this.#bytes[this.#at] === QUOTE) afterQuote = !afterQuote;
      else if (afterQuote) break;
    }
    if (this.#at === start) throw this.fail("Failed reading: trailing double quote");
    const inner = this.#bytes.subarray(start, this.#at - 1);
    if (!inner.includes(QUOTE)) return inner;
    const text = inner.toString("latin1");
    // An odd number of quotes is left when the body ends within a doubled one.
    if (text.replaceAll('""', "").includes('"')) throw this.fail("Failed reading: insufficient input");
    return Buffer.from(text.replaceAll('""', '"'), "latin1");
  }

  /** The library's error at this place. */
  fail(message: string): Error {
    const left = this.#bytes.subarray(this.#at);
    const shown =
      left.length > 100 ? `${decodeUtf8(left.subarray(0, 100))} (truncated)` : showString(left.toString("latin1"));
    return invalidBody(`parse error (${message}) at ${shown}`);
  }
}
