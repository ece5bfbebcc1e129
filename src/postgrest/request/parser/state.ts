/** Where a parser stands, and how it replies. */
import { type ParseError, type Position, Source } from "./error.ts";

export interface State extends Position {
  /** Code points. */
  readonly input: readonly string[];
  readonly index: number;
}

export type Reply<T> =
  | {
      readonly ok: true;
      readonly consumed: boolean;
      readonly value: T;
      readonly state: State;
      readonly error: ParseError;
    }
  | { readonly ok: false; readonly consumed: boolean; readonly error: ParseError };

/** A place in a text that moves as it is read. */
export interface Cursor {
  readonly text: string;
  /** UTF-16 index. */
  at: number;
}

/** What `scan` gives instead of a value. The cursor has moved if input was consumed before the failure. */
export const FAILED: unique symbol = Symbol("failed");
export type Accepts = (char: string) => boolean;
export type Scan<T> = (cursor: Cursor) => T | typeof FAILED;

/**
 * Every parser reads in two ways. Called, it keeps account of all that could have stood anywhere, for the words of an error;
 * `scan` takes the same decisions without a word, and is many times faster. What is right is scanned only.
 */
export interface Parser<T> {
  (state: State): Reply<T>;
  readonly scan: Scan<T>;
  /** Parsers of exactly one character say which, so that repetitions need not ask them one by one. */
  readonly accepts?: Accepts;
}

export const makeParser = <T>(explain: (state: State) => Reply<T>, scan: Scan<T>): Parser<T> =>
  Object.assign(explain, { scan });

export const succeed = <T>(value: T, state: State, consumed: boolean, error: ParseError): Reply<T> => ({
  ok: true,
  consumed,
  value,
  state,
  error,
});

export const systemError = (state: State, found: string): ParseError => ({
  position: state,
  messages: [{ source: Source.system, text: found }],
});

/** Tabs count to the next multiple of eight, as in Parsec's source positions. */
export function advance(state: State, char: string): State {
  const { input, index, line, column } = state;
  if (char === "\n") return { input, index: index + 1, line: line + 1, column: 1 };
  return { input, index: index + 1, line, column: char === "\t" ? column + 8 - ((column - 1) % 8) : column + 1 };
}

/** The character there, empty at the end; one beyond the basic plane is two units long. */
export function charAt({ text, at }: Cursor): string {
  const code = text.charCodeAt(at);
  return code >= 0xd800 && code < 0xdc00 ? String.fromCodePoint(text.codePointAt(at)!) : text.charAt(at);
}

/** The answer for each ASCII character is found once and for all. */
export function tabled(accepts: Accepts): Accepts {
  const ascii = Array.from({ length: 128 }, (_, code) => accepts(String.fromCharCode(code)));
  return (char) => ascii[char.charCodeAt(0)] ?? accepts(char);
}
