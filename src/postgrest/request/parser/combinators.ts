/**
 * A parser combinator core that behaves like Parsec 3 wherever an error message could tell. Every reply says whether input
 * was consumed, because alternatives are only tried after an empty failure, and every success carries the error it would have
 * given, because that is where "expecting letter, digit, …" comes from.
 */
import { isUnknown, mergeErrors, type ParseError, unknownError, withExpectation } from "./error.ts";
import { advance, type Parser, type Reply, type State, succeed } from "./state.ts";

export function parse<T>(parser: Parser<T>, text: string): { value: T } | { error: ParseError } {
  const reply = parser({ input: [...text], index: 0, line: 1, column: 1 });
  return reply.ok ? { value: reply.value } : { error: reply.error };
}

export const pure =
  <T>(value: T): Parser<T> =>
  (state) =>
    succeed(value, state, false, unknownError(state));

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
export function either<T>(...alternatives: readonly Parser<T>[]): Parser<T> {
  const parser = (state: State): Reply<T> => {
    let error = unknownError(state);
    for (const alternative of alternatives) {
      const reply = alternative(state);
      if (reply.consumed) return reply;
      error = mergeErrors(error, reply.error);
      if (reply.ok) return { ...reply, error };
    }
    return { ok: false, consumed: false, error };
  };
  if (alternatives.some(({ accepts }) => accepts === undefined)) return parser;
  return Object.assign(parser, { accepts: (char: string) => alternatives.some(({ accepts }) => accepts?.(char)) });
}

/** Pretends on failure that nothing was consumed. */
export const attempt =
  <T>(parser: Parser<T>): Parser<T> =>
  (state) => {
    const reply = parser(state);
    return reply.ok ? reply : { ...reply, consumed: false };
  };

/** Names what is expected here, as long as nothing was consumed. */
export function label<T>(parser: Parser<T>, name: string): Parser<T> {
  const labelled = (state: State): Reply<T> => {
    const reply = parser(state);
    if (reply.consumed || (reply.ok && isUnknown(reply.error))) return reply;
    return { ...reply, error: withExpectation(reply.error, name) };
  };
  return parser.accepts === undefined ? labelled : Object.assign(labelled, { accepts: parser.accepts });
}

export const lookAhead =
  <T>(parser: Parser<T>): Parser<T> =>
  (state) => {
    const reply = parser(state);
    return reply.ok ? succeed(reply.value, state, false, unknownError(state)) : reply;
  };

/** Runs over the characters that are accepted; only the one that is not will need a reply. */
function skip(state: State, accepts: (char: string) => boolean, into: string[]): State {
  let current = state;
  for (let char = current.input[current.index]; char !== undefined && accepts(char); ) {
    into.push(char);
    current = advance(current, char);
    char = current.input[current.index];
  }
  return current;
}

/** Parsec has two repetitions: its own forgets the error of the last success, that of `Alternative` merges it. */
const repeat =
  <T>(parser: Parser<T>, keepsLastError: boolean): Parser<T[]> =>
  (state) => {
    const values: T[] = [];
    let current = parser.accepts === undefined ? state : skip(state, parser.accepts, values as string[]);
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
