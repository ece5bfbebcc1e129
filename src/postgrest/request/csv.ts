/**
 * CSV bodies, read as Haskell's `cassava` reads them, faults included: its words for a broken body reach the client
 * (PGRST102), and a quoted field that never ends silently loses its last byte.
 */
import type { Dialect } from "../dialect.ts";
import { invalidBody, somethingWentWrong } from "../errors/catalogue.ts";
import { compareText, showString } from "../haskell.ts";
import { decodeUtf8, firstInvalidByte } from "./bytes.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** A row by column, columns ascending; the bare word `NULL` is null. */
export type CsvRow = ReadonlyMap<string, string | null>;

type Cells = ReadonlyArray<readonly [column: string, value: Buffer]>;

/**
 * The values of a row are read when it is taken.
 * @throws PgrstError PGRST102 with the library's words, the web server's 500 for a value that is no UTF-8
 */
export function parseCsv(body: Buffer, dialect: Dialect): Iterable<CsvRow> {
  const reader = new Reader(body);
  const header = reader.record();
  reader.endOfLine();
  const rows: Cells[] = [];
  for (;;) {
    const record = reader.record();
    // A blank line is no row, so in a table of one column an empty value is none either.
    const blank = record.length === 1 && record[0]?.length === 0;
    if (!blank) rows.push(cellsOf(header, record, (name) => columnName(name, reader, dialect)));
    if (reader.atEnd()) return read(rows);
    reader.endOfLine();
  }
}

function* read(rows: readonly Cells[]): Iterable<CsvRow> {
  for (const cells of rows) {
    yield new Map(
      cells.map(([name, bytes]) => {
        const value = decodeUtf8(bytes);
        return [name, value === "NULL" ? null : value];
      }),
    );
  }
}

/** Names are only read once there is a value for them, and the first that is not UTF-8 is reported there. */
function columnName(name: Buffer, reader: Reader, { invalidUtf8 }: Dialect): string {
  const wrong = firstInvalidByte(name);
  if (wrong === undefined) return name.toString("utf8");
  const reason = `Cannot decode byte '\\x${wrong.toString(16)}': ${invalidUtf8}`;
  throw reader.fail(`Failed reading: conversion error: ${reason}`);
}

/**
 * Values beyond the header are dropped; a short record lacks columns, which the check of equal keys then refuses. Of a column
 * named twice the last value counts, and the others are not even read.
 */
function cellsOf(header: readonly Buffer[], record: readonly Buffer[], nameOf: (name: Buffer) => string): Cells {
  const cells = new Map<string, Buffer>();
  header.slice(0, record.length).forEach((name, index) => {
    cells.set(nameOf(name), record[index]!);
  });
  return [...cells].sort(([a], [b]) => compareText(a, b));
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
    // There is no last byte to take, and the library falls over that.
    if (this.#at === start) throw somethingWentWrong();
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
