/** `not.eq(any).value`: what a filter does with its column. */
import { char, noneOf, string } from "../parser/characters.ts";
import { as, attempt, between, either, label, map, optional, pure, right, sequence } from "../parser/combinators.ts";
import { sepBy1, text } from "../parser/repetition.ts";
import type { Parser } from "../parser/state.ts";
import type { FtsOperator, OpExpr, Operation, QuantOperator, SimpleOperator, Trilean } from "../types.ts";
import { delimiter, identifier, lexeme, wholeQuotedValue } from "./names.ts";

const word = <W extends string>(name: W): Parser<W> => attempt(as(string(name), name));

const simpleOperator: Parser<SimpleOperator> = label(
  either<SimpleOperator>(
    word("neq"),
    word("cs"),
    word("cd"),
    word("ov"),
    word("sl"),
    word("sr"),
    word("nxr"),
    word("nxl"),
    word("adj"),
  ),
  "unknown single value operator",
);

const quantOperator: Parser<QuantOperator> = label(
  either<QuantOperator>(
    word("eq"),
    word("gte"),
    word("gt"),
    word("lte"),
    word("lt"),
    word("like"),
    word("ilike"),
    word("match"),
    word("imatch"),
  ),
  "unknown single value operator",
);

const ftsOperator = either<FtsOperator>(word("fts"), word("plfts"), word("phfts"), word("wfts"));

const quantifier = optional(
  attempt(between(char("("), char(")"), either<"any" | "all">(word("any"), as(string("all"), "all")))),
);

const language = optional(attempt(between(char("("), char(")"), identifier)));

const anyCase = (name: string): Parser<unknown> =>
  sequence(...[...name].map((letter) => either(char(letter), char(letter.toUpperCase()))));

const trilean: Parser<Trilean> = label(
  either<Trilean>(
    attempt(as(anyCase("null"), "null")),
    attempt(as(anyCase("unknown"), "unknown")),
    attempt(as(anyCase("true"), "true")),
    attempt(as(anyCase("false"), "false")),
  ),
  "null or trilean value (unknown, true, false)",
);

const list = map(
  sequence(lexeme(char("(")), sepBy1(either(wholeQuotedValue, text(noneOf(",)"))), char(",")), lexeme(char(")"))),
  ([, values]) => values,
);

/** A keyword with its dot; without the dot another operator may begin that way. */
const keyword = (name: string): Parser<unknown> => attempt(sequence(string(name), delimiter));

/** What stands on the right of a filter, with the grammar of the value as its place asks for. */
export function operationExpression(value: Parser<string>): Parser<OpExpr> {
  const operation: Parser<Operation> = label(
    either<Operation>(
      map(right(keyword("in"), list), (values) => ({ kind: "in", values })),
      map(right(keyword("is"), trilean), (value) => ({ kind: "is", value })),
      map(right(keyword("isdistinct"), value), (value) => ({ kind: "isdistinct", value })),
      attempt(
        map(sequence(ftsOperator, language, delimiter, value), ([op, language, , value]) => ({
          kind: "fts",
          op,
          language,
          value,
        })),
      ),
      attempt(map(sequence(simpleOperator, delimiter, value), ([op, , value]) => ({ kind: "simple", op, value }))),
      attempt(
        map(sequence(quantOperator, quantifier, delimiter, value), ([op, quantifier, , value]) => ({
          kind: "quant",
          op,
          quantifier,
          value,
        })),
      ),
    ),
    "operator (eq, gt, ...)",
  );
  const negation = either(attempt(as(sequence(string("not"), delimiter), true)), pure(false));
  return map(sequence(negation, operation), ([negated, operation]) => ({ kind: "op", negated, operation }));
}

/** `{…}` without braces inside: a Postgres array may hold the commas that would end a condition. */
const pgArray = attempt(map(sequence(string("{"), text(noneOf("{}")), string("}")), ([, inner]) => `{${inner}}`));

/** A value inside `and=(…)` or `or=(…)`. */
export const logicValue: Parser<string> = either(wholeQuotedValue, pgArray, text(noneOf(",)")));
