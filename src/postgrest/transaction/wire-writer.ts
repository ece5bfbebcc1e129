/**
 * The frontend half of the wire protocol, as far as pipelined statements need it
 * (https://www.postgresql.org/docs/16/protocol-message-formats.html). All messages of a request go into one buffer, so that
 * they leave in one write and, mostly, in one packet.
 */
import type { ParamValue } from "../sql/snippet.ts";

const PARSE = 0x50;
const BIND = 0x42;
const EXECUTE = 0x45;
const CLOSE = 0x43;
const SYNC = 0x53;
/** What a Close message closes: a prepared statement, not a portal. */
const STATEMENT = 0x53;

export type ResultFormat = "text" | "binary";

/** Bytes that a writer begins with. */
const SIZE = 8192;
/** A buffer that grew beyond this is not kept for the next batch. */
const KEPT = 65_536;

/** Writes one batch after the other into the same memory, so a batch must have arrived before the next `start`. */
export class WireWriter {
  #buffer = Buffer.allocUnsafeSlow(SIZE);
  #offset = 0;

  /** Begins a new batch. */
  start(): this {
    this.#offset = 0;
    if (this.#buffer.length > KEPT) this.#buffer = Buffer.allocUnsafeSlow(SIZE);
    return this;
  }

  /** Prepares `text` under `name` (empty: the unnamed statement); Postgres infers every parameter type. */
  parse(name: string, text: string): this {
    const start = this.#begin(PARSE);
    this.#cstring(name);
    this.#cstring(text);
    this.#int16(0);
    return this.#end(start);
  }

  /** Binds the unnamed portal. Parameters travel in text format, whether string or bytes. */
  bind(statement: string, values: readonly ParamValue[], format: ResultFormat): this {
    const start = this.#begin(BIND);
    this.#cstring("");
    this.#cstring(statement);
    this.#int16(0);
    this.#int16(values.length);
    for (const value of values) {
      if (value === null) this.#int32(-1);
      else if (typeof value === "string") this.#sized(value);
      else {
        this.#int32(value.length);
        this.#reserve(value.length);
        this.#offset += value.copy(this.#buffer, this.#offset);
      }
    }
    this.#int16(1);
    this.#int16(format === "binary" ? 1 : 0);
    return this.#end(start);
  }

  /** Runs the unnamed portal to its end. */
  execute(): this {
    const start = this.#begin(EXECUTE);
    this.#cstring("");
    this.#int32(0);
    return this.#end(start);
  }

  /** Forgets a prepared statement. */
  closeStatement(name: string): this {
    const start = this.#begin(CLOSE);
    this.#reserve(1);
    this.#buffer[this.#offset++] = STATEMENT;
    this.#cstring(name);
    return this.#end(start);
  }

  sync(): this {
    return this.#end(this.#begin(SYNC));
  }

  /** The bytes so far, in the memory that the next batch will use. */
  finish(): Buffer {
    return this.#buffer.subarray(0, this.#offset);
  }

  #begin(type: number): number {
    this.#reserve(5);
    this.#buffer[this.#offset] = type;
    this.#offset += 5;
    return this.#offset - 4;
  }

  #end(start: number): this {
    this.#setInt32(this.#offset - start, start);
    return this;
  }

  #reserve(bytes: number): void {
    if (this.#offset + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#offset + bytes));
    this.#buffer.copy(larger, 0, 0, this.#offset);
    this.#buffer = larger;
  }

  #int16(value: number): void {
    this.#reserve(2);
    this.#buffer[this.#offset++] = value >> 8;
    this.#buffer[this.#offset++] = value;
  }

  #int32(value: number): void {
    this.#reserve(4);
    this.#setInt32(value, this.#offset);
    this.#offset += 4;
  }

  #setInt32(value: number, at: number): void {
    this.#buffer[at] = value >> 24;
    this.#buffer[at + 1] = value >> 16;
    this.#buffer[at + 2] = value >> 8;
    this.#buffer[at + 3] = value;
  }

  /** A NUL inside would end the text early and shift every later field, so it is refused here. */
  #cstring(text: string): void {
    if (text.includes("\0")) throw new TypeError("A statement's text holds a NUL byte, which Postgres cannot take.");
    this.#text(text);
    this.#reserve(1);
    this.#buffer[this.#offset++] = 0;
  }

  #sized(text: string): void {
    const start = this.#offset;
    this.#int32(0);
    this.#setInt32(this.#text(text), start);
  }

  /** Returns the bytes written. */
  #text(text: string): number {
    // The most that UTF-8 can need; to count first would be to go over the text twice.
    this.#reserve(text.length * 3);
    const written = text === "" ? 0 : this.#buffer.write(text, this.#offset);
    this.#offset += written;
    return written;
  }
}
