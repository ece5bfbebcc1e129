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

export interface Parser<T> {
  (state: State): Reply<T>;
  /** Parsers of exactly one character say which, so that repetitions need not ask them one by one. */
  readonly accepts?: (char: string) => boolean;
}

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
