/** `select=`: fields, embedded relations and spreads. */
import { char, eof, notFollowedBy, string } from "../parser/characters.ts";
import { as, attempt, check, either, left, lookAhead, map, optional, right, sequence } from "../parser/combinators.ts";
import { nestedList } from "../parser/nesting.ts";
import type { Parser } from "../parser/state.ts";
import type { AggregateFunction, JoinType, SelectItem } from "../types.ts";
import { field } from "./json-path.ts";
import { fieldName, identifier, lexeme } from "./names.ts";

const alias = optional(attempt(left(fieldName, sequence(char(":"), notFollowedBy(char(":"))))));
const cast = optional(right(string("::"), identifier));

type EmbedParameter = { readonly join: JoinType } | { readonly hint: string };

const embedParameter: Parser<EmbedParameter> = right(
  char("!"),
  either<EmbedParameter>(
    attempt(as(string("left"), { join: "left" as const })),
    attempt(as(string("inner"), { join: "inner" as const })),
    attempt(map(fieldName, (hint) => ({ hint }))),
  ),
);

/** Up to two, in either order; of two of a kind the first counts. */
const embedParameters = map(sequence(optional(embedParameter), optional(embedParameter)), (given) => {
  let hint: string | null = null;
  let joinType: JoinType | null = null;
  for (const parameter of given) {
    if (parameter === null) continue;
    if ("hint" in parameter) hint ??= parameter.hint;
    else joinType ??= parameter.join;
  }
  return { hint, joinType };
});

const opensChildren = attempt(lookAhead(string("(")));

const spread = lexeme(sequence(right(string("..."), fieldName), embedParameters, opensChildren));

// `count(…)` is left to the fields: it is the aggregate without a column.
const relation = lexeme(
  sequence(
    alias,
    check(fieldName, (name) => name !== "count"),
    embedParameters,
    opensChildren,
  ),
);

const end = either<unknown>(attempt(lookAhead(string(")"))), attempt(lookAhead(string(","))), attempt(eof));

const aggregate = either<AggregateFunction>(
  as(string("sum"), "sum"),
  as(string("avg"), "avg"),
  as(string("count"), "count"),
  attempt(as(string("max"), "max")),
  attempt(as(string("min"), "min")),
);

const star = map(left(string("*"), end), (): SelectItem => plainField("*"));

const count = map(
  sequence(alias, string("count()"), cast, end),
  ([alias, , aggregateCast]): SelectItem => ({ ...plainField("*"), aggregate: "count", aggregateCast, alias }),
);

const column = map(
  sequence(alias, field, cast, optional(attempt(left(right(char("."), aggregate), string("()")))), cast, end),
  ([alias, field, cast, aggregate, aggregateCast]): SelectItem => ({
    kind: "field",
    field,
    aggregate,
    aggregateCast,
    cast,
    alias,
  }),
);

function plainField(name: string) {
  return {
    kind: "field",
    field: { name, path: [] },
    aggregate: null,
    aggregateCast: null,
    cast: null,
    alias: null,
  } as const;
}

const fieldSelect = lexeme(either(attempt(star), attempt(count), column));

type Head =
  | Omit<Extract<SelectItem, { kind: "spread" }>, "children">
  | Omit<Extract<SelectItem, { kind: "relation" }>, "children">;

const opening: Parser<Head> = left(
  either<Head>(
    map(attempt(spread), ([relation, parameters]) => ({ kind: "spread", relation, ...parameters })),
    map(attempt(relation), ([alias, relation, parameters]) => ({ kind: "relation", relation, alias, ...parameters })),
  ),
  char("("),
);

/** Does not insist on the end of the input: what follows an unmatched `)` is ignored. */
export const selectForest: Parser<SelectItem[]> = nestedList({
  leaf: fieldSelect,
  open: opening,
  separator: lexeme(char(",")),
  close: char(")"),
  prefers: "open",
  mayBeEmpty: true,
  build: (head, children): SelectItem => ({ ...head, children }),
});
