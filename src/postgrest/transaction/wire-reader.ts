/**
 * The backend half of the wire protocol. Rows stay bytes: a body may be megabytes of JSON or a raw image, and decoding it to
 * a string only to encode it again would cost time and break binary data.
 */
import type { PgError } from "./types.ts";

/** A row as it came. Most rows of a request are those of its settings, which nobody reads. */
export class Row {
  readonly #chunk: Buffer;
  readonly #start: number;

  constructor(chunk: Buffer, start: number) {
    this.#chunk = chunk;
    this.#start = start;
  }

  /** Column values as they came, made anew at each call: views into the received chunk, null for SQL NULL. */
  values(): ReadonlyArray<Buffer | null> {
    const chunk = this.#chunk;
    const count = chunk.readUInt16BE(this.#start);
    const values = new Array<Buffer | null>(count);
    let offset = this.#start + 2;
    for (let index = 0; index < count; index += 1) {
      const length = chunk.readInt32BE(offset);
      offset += 4;
      values[index] = length < 0 ? null : length === 0 ? empty : chunk.subarray(offset, offset + length);
      if (length > 0) offset += length;
    }
    return values;
  }
}

const empty = Buffer.alloc(0);

export type BackendMessage =
  | { readonly type: "parse-complete" | "close-complete" | "statement-complete" }
  | { readonly type: "row"; readonly row: Row }
  | { readonly type: "error"; readonly error: PgError }
  /** `I` idle, `T` in a transaction, `E` in a failed one. */
  | { readonly type: "ready"; readonly status: string };

const parseComplete: BackendMessage = { type: "parse-complete" };
const closeComplete: BackendMessage = { type: "close-complete" };
const statementComplete: BackendMessage = { type: "statement-complete" };

export class WireReader {
  #pending: Buffer[] = [];
  #pendingLength = 0;
  /** Bytes that must be there before the next message is complete. */
  #wanted = 5;

  /** Feeds what the socket gave; calls `emit` for every complete message that matters. */
  push(chunk: Buffer, emit: (message: BackendMessage) => void): void {
    let buffer = chunk;
    if (this.#pendingLength > 0) {
      this.#pending.push(chunk);
      this.#pendingLength += chunk.length;
      if (this.#pendingLength < this.#wanted) return;
      buffer = Buffer.concat(this.#pending, this.#pendingLength);
      this.#pending = [];
      this.#pendingLength = 0;
    }
    let offset = 0;
    this.#wanted = 5;
    while (buffer.length - offset >= 5) {
      const end = offset + 1 + buffer.readInt32BE(offset + 1);
      if (end > buffer.length) {
        this.#wanted = end - offset;
        break;
      }
      const message = decode(buffer, buffer[offset]!, offset + 5, end);
      offset = end;
      if (message !== null) emit(message);
    }
    if (offset < buffer.length) {
      const rest = buffer.subarray(offset);
      this.#pending = [rest];
      this.#pendingLength = rest.length;
    }
  }
}

function decode(buffer: Buffer, type: number, start: number, end: number): BackendMessage | null {
  switch (type) {
    case 0x31: // ParseComplete
      return parseComplete;
    case 0x33: // CloseComplete
      return closeComplete;
    case 0x43: // CommandComplete
    case 0x49: // EmptyQueryResponse
      return statementComplete;
    case 0x44: // DataRow
      return { type: "row", row: new Row(buffer, start) };
    case 0x45: // ErrorResponse
      return { type: "error", error: decodeError(buffer, start, end) };
    case 0x5a: // ReadyForQuery
      return { type: "ready", status: String.fromCharCode(buffer[start]!) };
    default:
      return null;
  }
}

/** Field codes: https://www.postgresql.org/docs/16/protocol-error-fields.html */
function decodeError(buffer: Buffer, start: number, end: number): PgError {
  const fields = new Map<string, string>();
  let offset = start;
  while (offset < end && buffer[offset] !== 0) {
    const valueEnd = buffer.indexOf(0, offset + 1);
    fields.set(String.fromCharCode(buffer[offset]!), buffer.toString("utf8", offset + 1, valueEnd));
    offset = valueEnd + 1;
  }
  return {
    severity: fields.get("V") ?? fields.get("S") ?? "ERROR",
    sqlState: fields.get("C") ?? "XX000",
    message: fields.get("M") ?? "",
    detail: fields.get("D") ?? null,
    hint: fields.get("H") ?? null,
    where: fields.get("W"),
    schema: fields.get("s"),
    table: fields.get("t"),
    column: fields.get("c"),
    constraint: fields.get("n"),
  };
}
