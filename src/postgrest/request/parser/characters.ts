/** Parsers of characters and words. */
import { showString } from "../../haskell.ts";
import { label } from "./combinators.ts";
import { isUnknown, mergeErrors, type ParseError, Source, unknownError, withExpectation } from "./error.ts";
import {
  type Accepts,
  advance,
  charAt,
  FAILED,
  makeParser,
  type Parser,
  succeed,
  systemError,
  tabled,
} from "./state.ts";

function satisfy(condition: Accepts): Parser<string> {
  const accepts = tabled(condition);
  const parser = makeParser<string>(
    (state) => {
      const char = state.input[state.index];
      if (char === undefined || !accepts(char))
        return { ok: false, consumed: false, error: systemError(state, char ?? "") };
      const next = advance(state, char);
      return succeed(char, next, true, unknownError(next));
    },
    (cursor) => {
      const char = charAt(cursor);
      if (char === "" || !accepts(char)) return FAILED;
      cursor.at += char.length;
      return char;
    },
  );
  return Object.assign(parser, { accepts });
}

/** A word; a mismatch after its first character has consumed input, and the error stands at the word's beginning. */
export const string = (word: string): Parser<string> =>
  makeParser(
    (state) => {
      let next = state;
      for (const char of word) {
        const found = state.input[next.index];
        if (found !== char) {
          const error = withExpectation(systemError(state, found ?? ""), showString(word));
          return { ok: false, consumed: next !== state, error };
        }
        next = advance(next, char);
      }
      return succeed(word, next, next !== state, unknownError(next));
    },
    (cursor) => {
      for (let index = 0; index < word.length; index += 1) {
        if (cursor.text[cursor.at] !== word[index]) return FAILED;
        cursor.at += 1;
      }
      return word;
    },
  );

export const notFollowedBy = (parser: Parser<string>): Parser<undefined> =>
  makeParser<undefined>(
    (state) => {
      const reply = parser(state);
      if (!reply.ok) return succeed(undefined, state, false, mergeErrors(reply.error, unknownError(state)));
      const refused: ParseError = {
        position: reply.state,
        messages: [{ source: Source.unexpected, text: reply.value }],
      };
      const error = reply.consumed || isUnknown(reply.error) ? refused : mergeErrors(reply.error, refused);
      return { ok: false, consumed: false, error };
    },
    (cursor) => {
      const start = cursor.at;
      const found = parser.scan(cursor);
      cursor.at = start;
      return found === FAILED ? undefined : FAILED;
    },
  );

/** Any character, but the position stays: an unwanted rest of the input is reported where it begins. */
const anyToken: Parser<string> = makeParser(
  (state) => {
    const char = state.input[state.index];
    if (char === undefined) return { ok: false, consumed: false, error: systemError(state, "") };
    const next = { ...state, index: state.index + 1 };
    return succeed(char, next, true, unknownError(next));
  },
  (cursor) => {
    const char = charAt(cursor);
    cursor.at += char.length;
    return char === "" ? FAILED : char;
  },
);

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
