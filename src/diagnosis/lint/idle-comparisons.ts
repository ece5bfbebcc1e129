/** Comparisons that say the same of every row. Pure. */
import { member, type Node, strings } from "../predicates/parser.ts";

export interface IdleComparison {
  /** `itself`: something with the very same. `null`: something with NULL, by an operator. */
  readonly with: "itself" | "null";
  /** The column as written, or the first in what is compared; `NULL` where both sides are. */
  readonly column: string;
}

/** In an expression or in statements, sub-selects included. */
export function idleComparisons(tree: unknown): IdleComparison[] {
  const found: IdleComparison[] = [];
  walk(tree, [], found);
  return found;
}

const COMPARES = /^(=|<>|<|>|<=|>=)$/;

/** `tables`: names that columns of the nearest FROM may be written after. */
function walk(node: unknown, tables: readonly string[], found: IdleComparison[]): void {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, tables, found);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  const comparison = member(node, "A_Expr");
  if (comparison !== undefined) note(comparison, tables, found);
  const { fromClause, relation } = node as Node;
  const own = [...tablesIn(fromClause), ...tablesIn({ RangeVar: relation })];
  for (const inner of Object.values(node)) walk(inner, own.length === 0 ? tables : own, found);
}

function note({ kind, name, lexpr, rexpr }: Node, tables: readonly string[], found: IdleComparison[]): void {
  const isDistinct = kind === "AEXPR_DISTINCT" || kind === "AEXPR_NOT_DISTINCT";
  if (!isDistinct && !(kind === "AEXPR_OP" && COMPARES.test(strings(name).at(-1) ?? ""))) return;
  const [left, right] = [firstColumn(lexpr), firstColumn(rexpr)];
  if (left !== undefined && right !== undefined && isSame(lexpr, rexpr, tables))
    found.push({ with: "itself", column: left.length < right.length ? right : left });
  if (!isDistinct && (isNull(lexpr) || isNull(rexpr))) found.push({ with: "null", column: left ?? right ?? "NULL" });
}

/** `m.team` and `team` as well, where m is a table of the nearest FROM: of two tables with a `team` Postgres takes neither. */
function isSame(left: unknown, right: unknown, tables: readonly string[]): boolean {
  if (textOf(left) === textOf(right)) return true;
  const [one, other] = [columnOf(left), columnOf(right)].sort((a, b) => a.length - b.length) as [string[], string[]];
  return one.length === 1 && other.length === 2 && one[0] === other[1] && tables.includes(other[0]!);
}

/** Equal for trees that are equal but for where they stand in the text. */
const textOf = (tree: unknown): string =>
  JSON.stringify(tree, (key, value) => (key === "location" ? undefined : value));

const columnOf = (node: unknown): string[] => strings(member(node, "ColumnRef")?.["fields"]);

function firstColumn(node: unknown): string | undefined {
  if (typeof node !== "object" || node === null) return undefined;
  const own = columnOf(node);
  if (own.length > 0) return own.join(".");
  for (const inner of Object.values(node)) {
    const column = firstColumn(inner);
    if (column !== undefined) return column;
  }
  return undefined;
}

function isNull(node: unknown): boolean {
  const cast = member(node, "TypeCast");
  return cast === undefined ? member(node, "A_Const")?.["isnull"] === true : isNull(cast["arg"]);
}

/** Sub-selects in it are not looked into: their tables are their own. */
function tablesIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(tablesIn);
  const join = member(node, "JoinExpr");
  if (join !== undefined) return [...tablesIn(join["larg"]), ...tablesIn(join["rarg"])];
  const table = member(node, "RangeVar") ?? member(node, "RangeSubselect") ?? member(node, "RangeFunction");
  const name = member(table, "alias")?.["aliasname"] ?? table?.["relname"];
  return typeof name === "string" ? [name] : [];
}
