/** Comparisons that say the same of every row. Pure. */
import { member, type Node, parseExpression, strings } from "../predicates/parser.ts";

export interface IdleComparison {
  /** `itself`: a column with the very same column. `null`: something with NULL, by an operator. */
  readonly with: "itself" | "null";
  /** The column as written; `NULL` where both sides are. */
  readonly column: string;
}

/** Sub-selects included. Needs the parser to be loaded. */
export function idleComparisons(text: string): IdleComparison[] {
  const found: IdleComparison[] = [];
  walk(parseExpression(text), ({ kind, lexpr, rexpr }) => {
    if (kind !== "AEXPR_OP") return;
    const [left, right] = [columnOf(lexpr), columnOf(rexpr)];
    if (left !== undefined && left === right) found.push({ with: "itself", column: left });
    if (isNull(lexpr) || isNull(rexpr)) found.push({ with: "null", column: left ?? right ?? "NULL" });
  });
  return found;
}

const columnOf = (node: unknown): string | undefined => {
  const names = strings(member(node, "ColumnRef")?.["fields"]);
  return names.length === 0 ? undefined : names.join(".");
};

function isNull(node: unknown): boolean {
  const cast = member(node, "TypeCast");
  return cast === undefined ? member(node, "A_Const")?.["isnull"] === true : isNull(cast["arg"]);
}

function walk(node: unknown, onComparison: (comparison: Node) => void): void {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, onComparison);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  const comparison = member(node, "A_Expr");
  if (comparison !== undefined && /^(=|<>|<|>|<=|>=)$/.test(strings(comparison["name"]).at(-1) ?? ""))
    onComparison(comparison);
  for (const inner of Object.values(node)) walk(inner, onComparison);
}
