/** Parsers that apply another one again and again. */
import { map, right, sequence } from "./combinators.ts";
import { isUnknown, mergeErrors, unknownError } from "./error.ts";
import {
  type Accepts,
  advance,
  type Cursor,
  charAt,
  FAILED,
  makeParser,
  type Parser,
  type State,
  succeed,
} from "./state.ts";

/** Runs over the characters that are accepted; only the one that is not will need a reply. */
function skip(state: State, accepts: Accepts, into: string[]): State {
  let current = state;
  for (let char = current.input[current.index]; char !== undefined && accepts(char); ) {
    into.push(char);
    current = advance(current, char);
    char = current.input[current.index];
  }
  return current;
}

/** Parsec has two repetitions: its own forgets the error of the last success, that of `Alternative` merges it. */
const repeat = <T>(parser: Parser<T>, keepsLastError: boolean): Parser<T[]> =>
  makeParser(
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
    },
    (cursor) => {
      const values: T[] = [];
      for (;;) {
        const start = cursor.at;
        const value = parser.scan(cursor);
        if (value === FAILED) return cursor.at === start ? values : FAILED;
        values.push(value);
      }
    },
  );

/** `many` of `Alternative`, which is the one PostgREST's grammar uses by name. */
export const many = <T>(parser: Parser<T>): Parser<T[]> => repeat(parser, true);

export const many1 = <T>(parser: Parser<T>): Parser<T[]> =>
  map(sequence(parser, repeat(parser, false)), ([first, rest]) => [first, ...rest]);

export const sepBy1 = <T>(parser: Parser<T>, separator: Parser<unknown>): Parser<T[]> =>
  map(sequence(parser, repeat(right(separator, parser), false)), ([first, rest]) => [first, ...rest]);

/** Characters as one text. */
export const text = (char: Parser<string>): Parser<string> => joined(many(char), char);
export const text1 = (char: Parser<string>): Parser<string> =>
  joined(many1(char), char, (found) => (found === "" ? FAILED : found));

/** Where a character stands for itself, the text is cut out of the input as it is. */
function joined(
  chars: Parser<string[]>,
  { accepts }: Parser<string>,
  judge: (found: string) => string | typeof FAILED = (found) => found,
): Parser<string> {
  const parser = map(chars, (found) => found.join(""));
  return accepts === undefined ? parser : makeParser(parser, (cursor) => judge(readWhile(cursor, accepts)));
}

function readWhile(cursor: Cursor, accepts: Accepts): string {
  const start = cursor.at;
  for (let char = charAt(cursor); char !== "" && accepts(char); char = charAt(cursor)) cursor.at += char.length;
  return cursor.text.slice(start, cursor.at);
}
