/** `column->key->>0`: a field and the path into its JSON. */
import { char, digit, eof, noneOf, string } from "../parser/characters.ts";
import { as, attempt, either, label, left, lookAhead, map, option, sequence } from "../parser/combinators.ts";
import { many, text1 } from "../parser/repetition.ts";
import type { Parser } from "../parser/state.ts";
import type { Field, JsonOperation } from "../types.ts";
import { dashed, fieldName, lexeme, quotedValue } from "./names.ts";

type Operand = JsonOperation["operand"];
type Arrow = JsonOperation["arrow"];

const key: Parser<Operand> = map(
  label(
    either(quotedValue, dashed(map(text1(noneOf("(-:.,>)")), (name) => name.trim()))),
    "any non reserved character different from: .,>()",
  ),
  (value) => ({ kind: "key", value }),
);

/** Digits are an index only when nothing else follows in the same operand; the sign is always written out. */
const end = either<unknown>(...["->", "::", ".", ","].map((mark) => attempt(lookAhead(string(mark)))), attempt(eof));
const index: Parser<Operand> = map(left(sequence(option("+", char("-")), text1(digit)), end), ([sign, digits]) => ({
  kind: "index",
  value: sign + digits,
}));

const arrow: Parser<Arrow> = either<Arrow>(
  attempt(as(string("->>"), "->>" as const)),
  attempt(as(string("->"), "->" as const)),
);

export const jsonPath: Parser<JsonOperation[]> = many(
  map(sequence(arrow, either(attempt(index), attempt(key))), ([arrow, operand]) => ({ arrow, operand })),
);

export const field: Parser<Field> = lexeme(
  map(sequence(fieldName, option([], jsonPath)), ([name, path]) => ({ name, path })),
);
