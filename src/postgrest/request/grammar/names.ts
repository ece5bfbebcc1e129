/** Names and the little pieces between them, common to all parameters. */
import { anyChar, char, digit, letter, noneOf, notFollowedBy, oneOf } from "../parser/characters.ts";
import { as, attempt, either, label, left, map, right, sequence } from "../parser/combinators.ts";
import { sepBy1, text, text1 } from "../parser/repetition.ts";
import type { Parser } from "../parser/state.ts";

const blanks = text(oneOf(" \t"));

/** With blanks around it. */
export const lexeme = <T>(parser: Parser<T>): Parser<T> => map(sequence(blanks, parser, blanks), ([, value]) => value);

export const delimiter: Parser<string> = label(char("."), "delimiter (.)");

/** `"…"` with backslash escapes for quote and backslash (and any other character). */
export const quotedValue: Parser<string> = map(
  sequence(char('"'), text(either(noneOf('\\"'), right(char("\\"), anyChar))), char('"')),
  ([, value]) => value,
);

/** Blanks within are kept, blanks around are not. */
export const identifier: Parser<string> = map(text1(either(letter, digit, oneOf("_ $"))), (name) => name.trim());

/** Pieces joined by dashes; a dash that begins a JSON arrow belongs to the arrow. */
export const dashed = (piece: Parser<string>): Parser<string> =>
  map(sepBy1(piece, as(attempt(sequence(char("-"), notFollowedBy(char(">")))), "-")), (pieces) => pieces.join("-"));

export const fieldName: Parser<string> = label(
  either(quotedValue, dashed(identifier)),
  "field name (* or [a..z0..9_$])",
);

/** A quoted value that ends where a list or a condition goes on; otherwise the quotes are part of a plain value. */
export const wholeQuotedValue: Parser<string> = attempt(left(quotedValue, notFollowedBy(noneOf(",)"))));
