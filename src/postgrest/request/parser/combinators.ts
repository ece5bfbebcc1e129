/**
 * A parser combinator core that behaves like Parsec 3 wherever an error message could tell. Every reply says whether input
 * was consumed, because alternatives are only tried after an empty failure, and every success carries the error it would have
 * given, because that is where "expecting letter, digit, …" comes from.
 */
import { isUnknown, mergeErrors, type ParseError, unknownError, withExpectation } from "./error.ts";
import { FAILED, makeParser, type Parser, succeed, tabled } from "./state.ts";

/** Scans, and only asks for the reason when that fails. */
export function parse<T>(parser: Parser<T>, text: string): { value: T } | { error: ParseError } {
  const scanned = parser.scan({ text, at: 0 });
  return scanned === FAILED ? explain(parser, text) : { value: scanned };
}

/** The slow way, with an account of the failure. */
export function explain<T>(parser: Parser<T>, text: string): { value: T } | { error: ParseError } {
  const reply = parser({ input: [...text], index: 0, line: 1, column: 1 });
  return reply.ok ? { value: reply.value } : { error: reply.error };
}

export const pure = <T>(value: T): Parser<T> =>
  makeParser(
    (state) => succeed(value, state, false, unknownError(state)),
    () => value,
  );

type Values<P extends readonly Parser<unknown>[]> = { [K in keyof P]: P[K] extends Parser<infer T> ? T : never };

/** One after the other. An error of an earlier part lives on until a later one consumes. */
export const sequence = <const P extends readonly Parser<unknown>[]>(...parsers: P): Parser<Values<P>> =>
  makeParser(
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
    },
    (cursor) => {
      const values: unknown[] = [];
      for (const parser of parsers) {
        const value = parser.scan(cursor);
        if (value === FAILED) return FAILED;
        values.push(value);
      }
      return values as Values<P>;
    },
  );

export const map = <A, B>(parser: Parser<A>, change: (value: A) => B): Parser<B> =>
  makeParser(
    (state) => {
      const reply = parser(state);
      return reply.ok ? { ...reply, value: change(reply.value) } : reply;
    },
    (cursor) => {
      const value = parser.scan(cursor);
      return value === FAILED ? FAILED : change(value);
    },
  );

export const as = <T>(parser: Parser<unknown>, value: T): Parser<T> => map(parser, () => value);

/** Fails silently on a value that is not wanted: no message, so that the other alternatives speak. */
export const check = <T>(parser: Parser<T>, wanted: (value: T) => boolean): Parser<T> =>
  makeParser(
    (state) => {
      const reply = parser(state);
      if (!reply.ok || wanted(reply.value)) return reply;
      return { ok: false, consumed: reply.consumed, error: mergeErrors(reply.error, unknownError(reply.state)) };
    },
    (cursor) => {
      const value = parser.scan(cursor);
      return value !== FAILED && wanted(value) ? value : FAILED;
    },
  );

/** The first alternative that succeeds or consumes. */
export function either<T>(...alternatives: readonly Parser<T>[]): Parser<T> {
  const parser = makeParser<T>(
    (state) => {
      let error = unknownError(state);
      for (const alternative of alternatives) {
        const reply = alternative(state);
        if (reply.consumed) return reply;
        error = mergeErrors(error, reply.error);
        if (reply.ok) return { ...reply, error };
      }
      return { ok: false, consumed: false, error };
    },
    (cursor) => {
      const start = cursor.at;
      for (const alternative of alternatives) {
        const value = alternative.scan(cursor);
        if (value !== FAILED || cursor.at !== start) return value;
      }
      return FAILED;
    },
  );
  if (alternatives.some(({ accepts }) => accepts === undefined)) return parser;
  return Object.assign(parser, { accepts: tabled((char) => alternatives.some(({ accepts }) => accepts?.(char))) });
}

/** Pretends on failure that nothing was consumed. */
export const attempt = <T>(parser: Parser<T>): Parser<T> =>
  makeParser(
    (state) => {
      const reply = parser(state);
      return reply.ok ? reply : { ...reply, consumed: false };
    },
    (cursor) => {
      const start = cursor.at;
      const value = parser.scan(cursor);
      if (value === FAILED) cursor.at = start;
      return value;
    },
  );

/** Names what is expected here, as long as nothing was consumed. */
export function label<T>(parser: Parser<T>, name: string): Parser<T> {
  const labelled = makeParser<T>((state) => {
    const reply = parser(state);
    if (reply.consumed || (reply.ok && isUnknown(reply.error))) return reply;
    return { ...reply, error: withExpectation(reply.error, name) };
  }, parser.scan);
  return parser.accepts === undefined ? labelled : Object.assign(labelled, { accepts: parser.accepts });
}

export const lookAhead = <T>(parser: Parser<T>): Parser<T> =>
  makeParser(
    (state) => {
      const reply = parser(state);
      return reply.ok ? succeed(reply.value, state, false, unknownError(state)) : reply;
    },
    (cursor) => {
      const start = cursor.at;
      const value = parser.scan(cursor);
      if (value !== FAILED) cursor.at = start;
      return value;
    },
  );

export const option = <T>(fallback: T, parser: Parser<T>): Parser<T> => either(parser, pure(fallback));
export const optional = <T>(parser: Parser<T>): Parser<T | null> => either<T | null>(parser, pure(null));
export const left = <A>(kept: Parser<A>, dropped: Parser<unknown>): Parser<A> =>
  map(sequence(kept, dropped), ([value]) => value);
export const right = <B>(dropped: Parser<unknown>, kept: Parser<B>): Parser<B> =>
  map(sequence(dropped, kept), ([, value]) => value);
export const between = <T>(open: Parser<unknown>, close: Parser<unknown>, parser: Parser<T>): Parser<T> =>
  map(sequence(open, parser, close), ([, value]) => value);
