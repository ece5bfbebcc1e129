/** `and=(…)`, `or=(…)`: trees of conditions. */
import { char, string } from "../parser/characters.ts";
import { as, attempt, either, label, map, pure, sequence } from "../parser/combinators.ts";
import { nestedItem } from "../parser/nesting.ts";
import { sepBy1 } from "../parser/repetition.ts";
import type { Parser } from "../parser/state.ts";
import type { EmbedPath, LogicTree } from "../types.ts";
import { field } from "./json-path.ts";
import { delimiter, fieldName, lexeme } from "./names.ts";
import { logicValue, operationExpression } from "./operation.ts";

const condition = map(
  sequence(field, delimiter, operationExpression(logicValue)),
  ([field, , expr]): LogicTree => ({ kind: "filter", filter: { field, expr } }),
);

type Expression = Extract<LogicTree, { kind: "expr" }>;

const negation = label(
  either(attempt(as(sequence(string("not"), delimiter), true)), pure(false)),
  "negation operator (not)",
);

const operator = label(
  either<"and" | "or">(attempt(as(string("and"), "and")), as(string("or"), "or")),
  "logic operator (and, or)",
);

export const logicTree: Parser<LogicTree> = nestedItem<LogicTree, Pick<Expression, "negated" | "operator">>({
  leaf: attempt(condition),
  open: map(sequence(negation, operator, lexeme(char("("))), ([negated, operator]) => ({ negated, operator })),
  separator: lexeme(char(",")),
  close: lexeme(char(")")),
  prefers: "leaf",
  mayBeEmpty: false,
  build: (head, children): LogicTree => ({ kind: "expr", ...head, children }),
});

/** `clients.not.or` as a parameter's name: the embed path, and the operator as the tree's grammar wants it. */
export const logicPath: Parser<{ readonly path: EmbedPath; readonly operator: string }> = map(
  sepBy1(fieldName, delimiter),
  (names) => {
    const last = names.at(-1) ?? "";
    return {
      path: names.slice(0, -1).filter((name) => name !== "not"),
      operator: names.includes("not") ? `not.${last}` : last,
    };
  },
);
