/**
 * A parser combinator core that behaves like Parsec 3 wherever an error message could tell. Every reply says whether input
 * was consumed, because alternatives are only tried after an empty failure, and every success carries the error it would have
 * given, because that is where "expecting letter, digit, …" comes from.
 */
import { showChar, showString } from "../haskell.ts";
import {
  isUnknown,
  mergeErrors,
  type ParseError,
  type Position,
  Source,
  unknownError,
  withExpectation,
} from "./parse-error.ts";

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

export type Parser<T> = (state: State) => Reply<T>;

export function parse<T>(parser: Parser<T>, text: string): { value: T } | { error: ParseError } {
  const reply = parser({ input: [...text], index: 0, line: 1, column: 1 });
  return reply.ok ? { value: reply.value } : { error: reply.error };
}

const succeed = <T>(value: T, state: State, consumed: boolean, error: ParseError): Reply<T> => ({
  ok: true,
  consumed,
  value,
  state,
  error,
});

const systemError = (state: State, found: string): ParseError => ({
  position: state,
  messages: [{ source: Source.system, text: found }],
});

/** Tabs count to the next multiple of eight, as in Parsec's source positions. */
function advance(state: State, char: string): State {
  const { input, index, line, column } = state;
  if (char === "\n") return { input, index: index + 1, line: line + 1, column: 1 };
  return { input, index: index + 1, line, column: char === "\t" ? column + 8 - ((column - 1) % 8) : column + 1 };
}

export const pure =
  <T>(value: T): Parser<T> =>
  (state) =>
    succeed(value, state, false, unknownError(state));

export const satisfy =
  (accepts: (char: string) => boolean): Parser<string> =>
  (state) => {
    const char = state.input[state.index];
    if (char !== undefined && accepts(char)) {
      const next = advance(state, char);
      return succeed(char, next, true, unknownError(next));
    }
    return { ok: false, consumed: false, error: systemError(state, char === undefined ? "" : showString(char)) };
  };

/** A word; a mismatch after its first character has consumed input, and the error stands at the word's beginning. */
export const string =
  (word: string): Parser<string> =>
  (state) => {
    let next = state;
    for (const char of word) {
      const found = state.input[next.index];
      if (found !== char) {
        const error = withExpectation(
          systemError(state, found === undefined ? "" : showString(found)),
          showString(word),
        );
        return { ok: false, consumed: next !== state, error };
      }
      next = advance(next, char);
    }
    return succeed(word, next, next !== state, unknownError(next));
  };

type Values<P extends readonly Parser<unknown>[]> = { [K in keyof P]: P[K] extends Parser<infer T> ? T : never };

/** One after the other. An error of an earlier part lives on until a later one consumes. */
export const sequence =
  <const P extends readonly Parser<unknown>[]>(...parsers: P): Parser<Values<P>> =>
  (state) => {
    const values: unknown[] = [];
    let current = state;
    let consumed = false;
    let error = unknownError(state);
    for (const parser of parsers) {
      const reply = parser(current);
      error = reply.consumed || isUnknown(error) ? reply.error : mergeErrors(error, reply.error);
      consumed ||= reply.consumed;
      if (!reply.ok) return { ok: false, consumed, error };
      values.push(reply.value);
      current = reply.state;
    }
    return succeed(values as Values<P>, current, consumed, error);
  };

export const map =
  <A, B>(parser: Parser<A>, change: (value: A) => B): Parser<B> =>
  (state) => {
    const reply = parser(state);
    return reply.ok ? { ...reply, value: change(reply.value) } : reply;
  };

export const as = <T>(parser: Parser<unknown>, value: T): Parser<T> => map(parser, () => value);

/** Fails silently on a value that is not wanted: no message, so that the other alternatives speak. */
export const check =
  <T>(parser: Parser<T>, wanted: (value: T) => boolean): Parser<T> =>
  (state) => {
    const reply = parser(state);
    if (!reply.ok || wanted(reply.value)) return reply;
    return { ok: false, consumed: reply.consumed, error: mergeErrors(reply.error, unknownError(reply.state)) };
  };

/** The first alternative that succeeds or consumes. */
export const either =
  <T>(...alternatives: readonly Parser<T>[]): Parser<T> =>
  (state) => {
    let error = unknownError(state);
    for (const alternative of alternatives) {
      const reply = alternative(state);
      if (reply.consumed) return reply;
      error = mergeErrors(error, reply.error);
      if (reply.ok) return { ...reply, error };
    }
    return { ok: false, consumed: false, error };
  };

/** Pretends on failure that nothing was consumed. */
export const attempt =
  <T>(parser: Parser<T>): Parser<T> =>
  (state) => {
    const reply = parser(state);
    return reply.ok ? reply : { ...reply, consumed: false };
  };

/** Names what is expected here, as long as nothing was consumed. */
export const label =
  <T>(parser: Parser<T>, name: string): Parser<T> =>
  (state) => {
    const reply = parser(state);
    if (reply.consumed || (reply.ok && isUnknown(reply.error))) return reply;
    return { ...reply, error: withExpectation(reply.error, name) };
  };

export const lookAhead =
  <T>(parser: Parser<T>): Parser<T> =>
  (state) => {
    const reply = parser(state);
    return reply.ok ? succeed(reply.value, state, false, unknownError(state)) : reply;
  };

export const notFollowedBy =
  (parser: Parser<string>): Parser<undefined> =>
  (state) => {
    const reply = parser(state);
    if (!reply.ok) return succeed(undefined, state, false, mergeErrors(reply.error, unknownError(state)));
    const refused: ParseError = {
      position: reply.state,
      messages: [{ source: Source.unexpected, text: showChar(reply.value) }],
    };
    const error = reply.consumed || isUnknown(reply.error) ? refused : mergeErrors(reply.error, refused);
    return { ok: false, consumed: false, error };
  };

/** Any character, but the position stays: an unwanted rest of the input is reported where it begins. */
const anyToken: Parser<string> = (state) => {
  const char = state.input[state.index];
  if (char === undefined) return { ok: false, consumed: false, error: systemError(state, "") };
  const next = { ...state, index: state.index + 1 };
  return succeed(char, next, true, unknownError(next));
};

/** Parsec has two repetitions: its own forgets the error of the last success, that of `Alternative` merges it. */
const repeat =
  <T>(parser: Parser<T>, keepsLastError: boolean): Parser<T[]> =>
  (state) => {
    const values: T[] = [];
    let current = state;
    let error = unknownError(state);
    for (;;) {
      const reply = parser(current);
      if (!reply.ok) {
        if (reply.consumed) return reply;
        const merged = keepsLastError && !isUnknown(error) ? mergeErrors(error, reply.error) : reply.error;
        return succeed(values, current, values.length > 0, merged);
      }
      values.push(reply.value);
      current = reply.state;
      error = reply.error;
    }
  };

/** `many` of `Alternative`, which is the one PostgREST's grammar uses by name. */
export const many = <T>(parser: Parser<T>): Parser<T[]> => repeat(parser, true);

export const many1 = <T>(parser: Parser<T>): Parser<T[]> =>
  map(sequence(parser, repeat(parser, false)), ([first, rest]) => [first, ...rest]);

export const sepBy1 = <T>(parser: Parser<T>, separator: Parser<unknown>): Parser<T[]> =>
  map(sequence(parser, repeat(right(separator, parser), false)), ([first, rest]) => [first, ...rest]);

export const sepBy = <T>(parser: Parser<T>, separator: Parser<unknown>): Parser<T[]> =>
  either(sepBy1(parser, separator), pure<T[]>([]));

export const option = <T>(fallback: T, parser: Parser<T>): Parser<T> => either(parser, pure(fallback));
export const optional = <T>(parser: Parser<T>): Parser<T | null> => either<T | null>(parser, pure(null));
export const left = <A>(kept: Parser<A>, dropped: Parser<unknown>): Parser<A> =>
  map(sequence(kept, dropped), ([value]) => value);
export const right = <B>(dropped: Parser<unknown>, kept: Parser<B>): Parser<B> =>
  map(sequence(dropped, kept), ([, value]) => value);
export const between = <T>(open: Parser<unknown>, close: Parser<unknown>, parser: Parser<T>): Parser<T> =>
  map(sequence(open, parser, close), ([, value]) => value);
/** For grammars that refer to themselves. */
export const lazy =
  <T>(parser: () => Parser<T>): Parser<T> =>
  (state) =>
    parser()(state);

export const char = (wanted: string): Parser<string> =>
  label(
    satisfy((found) => found === wanted),
    showString(wanted),
  );
export const oneOf = (chars: string): Parser<string> => satisfy((found) => chars.includes(found));
export const noneOf = (chars: string): Parser<string> => satisfy((found) => !chars.includes(found));
export const anyChar: Parser<string> = satisfy(() => true);
export const letter: Parser<string> = label(
  satisfy((found) => /\p{L}/u.test(found)),
  "letter",
);
export const digit: Parser<string> = label(
  satisfy((found) => found >= "0" && found <= "9"),
  "digit",
);
export const eof: Parser<undefined> = label(notFollowedBy(anyToken), "end of input");
