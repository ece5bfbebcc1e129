/** `order=`: columns, JSON paths, and columns of embedded relations. */
import { char, eof, string } from "../parser/characters.ts";
import {
  as,
  attempt,
  between,
  either,
  left,
  lookAhead,
  map,
  optional,
  right,
  sequence,
} from "../parser/combinators.ts";
import { sepBy1 } from "../parser/repetition.ts";
import type { Parser } from "../parser/state.ts";
import type { OrderDirection, OrderNulls, OrderTerm } from "../types.ts";
import { field } from "./json-path.ts";
import { delimiter, fieldName, lexeme } from "./names.ts";

const word = <W extends string>(name: W): Parser<W> => attempt(as(right(delimiter, string(name)), name));

const direction = optional(either<OrderDirection>(word("asc"), word("desc")));
const nullsWord = optional(either<OrderNulls>(word("nullsfirst"), word("nullslast")));
const end = either<unknown>(attempt(lookAhead(char(","))), attempt(eof));
const nulls = either<OrderNulls | null>(left(nullsWord, end), as(end, null));

const relationTerm = map(
  sequence(fieldName, between(char("("), char(")"), field), direction, nulls),
  ([relation, field, direction, nulls]): OrderTerm => ({ kind: "relation", relation, field, direction, nulls }),
);

const fieldTerm = map(
  sequence(field, direction, nulls),
  ([field, direction, nulls]): OrderTerm => ({ kind: "field", field, direction, nulls }),
);

export const orderTerms: Parser<OrderTerm[]> = sepBy1(lexeme(either(attempt(relationTerm), fieldTerm)), char(","));
