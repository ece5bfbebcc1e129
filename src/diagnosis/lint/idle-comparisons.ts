/** Comparisons that say the same of every row. Pure. */
import { member, type Node, strings, walk, withoutCasts } from "../predicates/parser.ts";

export interface IdleComparison {
  /** `itself`: something with the very same. `null`: something with NULL, by an operator. */
  readonly with: "itself" | "null";
  /** The column as written, or the first in what is compared; `NULL` where both sides are. */
  readonly column: string;
}

/** In an expression or in statements, sub-selects included. */
export function idleComparisons(tree: unknown): IdleComparison[] {
  const found: IdleComparison[] = [];
  // Handed down: the names that columns of the nearest FROM may be written after.
  walk<readonly string[]>(tree, [], (type, node, tables) => {
    if (type === "A_Expr") note(node, tables, found);
    const own = [...tablesIn(node["fromClause"]), ...tablesIn({ RangeVar: node["relation"] })];
    return own.length === 0 ? tables : own;
  });
  return found;
}

const COMPARES = /^(=|<>|<|>|<=|>=)$/;

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

function firstColumn(tree: unknown): string | undefined {
  const columns: string[] = [];
  walk(tree, columns, (type, node) => {
    if (type === "ColumnRef") columns.push(strings(node["fields"]).join("."));
    return columns;
  });
  return columns.find((name) => name !== "");
}

const isNull = (node: unknown): boolean => member(withoutCasts(node), "A_Const")?.["isnull"] === true;

/** Sub-selects in it are not looked into: their tables are their own. */
function tablesIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(tablesIn);
  const join = member(node, "JoinExpr");
  if (join !== undefined) return [...tablesIn(join["larg"]), ...tablesIn(join["rarg"])];
  const table = member(node, "RangeVar") ?? member(node, "RangeSubselect") ?? member(node, "RangeFunction");
  const name = member(table, "alias")?.["aliasname"] ?? table?.["relname"];
  return typeof name === "string" ? [name] : [];
}
