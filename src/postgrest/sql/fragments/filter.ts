/** WHERE: filters and logic trees. */
import { foldLogic } from "../../plan/tree.ts";
import type { CoercibleField, CoercibleLogicTree, JoinCondition } from "../../plan/types.ts";
import type { FtsOperator, Operation, QuantOperator, SimpleOperator } from "../../request/types.ts";
import type { QualifiedIdentifier } from "../../schema-cache/types.ts";
import { empty, ident, join, raw, type Snippet, sql, words } from "../snippet.ts";
import { field } from "./field.ts";
import { arrayLiteral, columnOf, value } from "./names.ts";

type FilterTree = Extract<CoercibleLogicTree, { kind: "filter" }>;
type NullEmbed = Extract<CoercibleLogicTree, { kind: "null-embed" }>;

const simpleOperators: Record<SimpleOperator, string> = {
  neq: "<>",
  cs: "@>",
  cd: "<@",
  ov: "&&",
  sl: "<<",
  sr: ">>",
  nxr: "&<",
  nxl: "&>",
  adj: "-|-",
};

const quantOperators: Record<QuantOperator, string> = {
  eq: "=",
  gte: ">=",
  gt: ">",
  lte: "<=",
  lt: "<",
  like: "like",
  ilike: "ilike",
  match: "~",
  imatch: "~*",
};

const ftsFunctions: Record<FtsOperator, string> = {
  fts: "to_tsquery",
  plfts: "plainto_tsquery",
  phfts: "phraseto_tsquery",
  wfts: "websearch_to_tsquery",
};

/** An embed is empty when its row is NULL as a whole; `IS NULL` would also hold for a row of NULLs. */
const emptyEmbed = ({ negated, embed }: NullEmbed): Snippet =>
  raw(`${ident(embed)} IS ${negated ? "" : "NOT "}DISTINCT FROM NULL`);

/** @param embedTest how emptiness of an embed is tested here, by default on its joined row */
export function logicTree(
  table: QualifiedIdentifier,
  root: CoercibleLogicTree,
  embedTest: (tree: NullEmbed) => Snippet = emptyEmbed,
): Snippet {
  return foldLogic<CoercibleLogicTree, Snippet>(root, (tree, children) => {
    switch (tree.kind) {
      case "expr":
        return sql`${tree.negated ? "NOT " : ""}(${join(children, tree.operator === "and" ? " AND " : " OR ")})`;
      case "filter":
        return filter(table, tree);
      case "null-embed":
        return embedTest(tree);
    }
  });
}

function filter(table: QualifiedIdentifier, tree: FilterTree): Snippet {
  // Arguments of a function are told apart from filters long before.
  if (tree.expr.kind === "none") return empty;
  const { negated, operation } = tree.expr;
  return words(negated ? "NOT" : "", field(table, tree.field), comparison(operation, tree.field));
}

function comparison(operation: Operation, to: CoercibleField): Snippet {
  switch (operation.kind) {
    case "simple":
      return sql`${simpleOperators[operation.op]} ${parsed(value(operation.value), to)}`;
    case "quant": {
      const isPattern = operation.op === "like" || operation.op === "ilike";
      // `*` stands for `%`, which would have to be escaped in a URL.
      const operand = isPattern ? value(operation.value.replaceAll("*", "%")) : parsed(value(operation.value), to);
      const { quantifier } = operation;
      const quantified = quantifier === null ? operand : sql`${quantifier.toUpperCase()}(${operand})`;
      return sql`${quantOperators[operation.op]} ${quantified}`;
    }
    case "is":
      // IS takes no parameter, so its operand is one of the four words the parser admits.
      return raw(`IS ${operation.value.toUpperCase()}`);
    case "isdistinct":
      return sql`IS DISTINCT FROM ${value(operation.value)}`;
    case "in":
      return inList(operation.values, to);
    case "fts": {
      const language = operation.language === null ? empty : sql`${value(operation.language)}, `;
      return sql`@@ ${ftsFunctions[operation.op]}(${language}${value(operation.value)})`;
    }
  }
}

/** `= ANY` of one array rather than IN: it may be empty, and the statement is the same for any number of values. */
function inList(values: readonly string[], to: CoercibleField): Snippet {
  if (values.length === 1 && values[0] === "") return raw("= ANY('{}')");
  if (to.transform === null) return sql`= ANY (${arrayLiteral(values)})`;
  return sql`= ANY ((SELECT ${to.transform}(unnest(${arrayLiteral(values)}::text[]))))`;
}

/** A value read by the data representation of its column, where there is one. */
const parsed = (operand: Snippet, to: CoercibleField): Snippet =>
  to.transform === null ? operand : sql`${to.transform}(${operand})`;

export const joinCondition = ({ left, right }: JoinCondition): Snippet =>
  raw(`${columnOf(left.table, left.column)} = ${columnOf(right.table, right.column)}`);

/** `WHERE a AND b`, or nothing. */
export const where = (conditions: readonly Snippet[]): Snippet =>
  conditions.length === 0 ? empty : sql`WHERE ${join(conditions, " AND ")}`;
