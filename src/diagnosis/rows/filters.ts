/** The request's own filter leaves nothing: which of its conditions does, and what stands in the column instead. */
import type { CoercibleLogicTree, ReadPlan } from "../../postgrest/plan/types.ts";
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import type { Finding } from "../types.ts";
import { listed } from "../words.ts";
import { countRows, countTable, countText, ownFilters, rowsText } from "./sql.ts";

export type FilterTree = Extract<CoercibleLogicTree, { kind: "filter" }>;

export async function filterFinding(
  inquiry: Inquiry,
  plan: Pick<ReadPlan, "from" | "where">,
  relation: Relation,
  total: number,
): Promise<Finding> {
  const { session } = inquiry;
  const table = inquiry.show(relation);
  const trees = ownFilters(plan.where);
  const counts: number[] = [];
  for (const tree of trees) counts.push(await countRows(session, countTable(plan.from, [tree])));
  const empty = trees.filter((_, index) => counts[index] === 0);
  const all = `${table} has ${rowsText(total)}`;
  const [quoted] = empty.flatMap((tree) => (tree.kind === "filter" ? (quotedFinding(tree, all) ?? []) : []));
  if (quoted !== undefined) return quoted;
  const because = [
    `${all}; none matches, with or without row security.`,
    ...(trees.length < 2
      ? []
      : trees.map((tree, index) => `${filterText(tree)} by itself matches ${countText(counts[index] ?? 0)}.`)),
  ];
  const blamed = empty.length > 0 ? empty : trees;
  return {
    code: "rows.filtered",
    layer: "rows",
    title: `The request's own filter leaves no row of ${table}: ${listed(blamed.map(filterText))} matches nothing${empty.length === 0 && trees.length > 1 ? " together" : ""}.`,
    because,
    fix: { text: "Correct the filter; row security has no part in this." },
  };
}

/** Undefined when the filter's value is in no quotes, or compared with JSON, which has them. */
function quotedFinding(tree: FilterTree, all: string): Finding | undefined {
  const { field, expr } = tree;
  if (expr.kind === "none" || expr.operation.kind !== "quant") return undefined;
  const { op, value } = expr.operation;
  if (!/^".+"$/.test(value) || field.path.at(-1)?.arrow === "->") return undefined;
  return {
    code: "rows.quoted-filter",
    layer: "rows",
    title: `The filter on ${field.name} asks for a value with quotes in it: ${value}.`,
    because: [
      `${all}; none matches ${filterText(tree)}, with or without row security.`,
      `PostgREST takes the quotes of ${op}."…" for a part of the value.`,
    ],
    fix: { text: `Send ${field.name}=${op}.${value.slice(1, -1)} without quotes.` },
  };
}

/** The values that a filter compares with. */
export function filterValues({ expr }: FilterTree): readonly string[] {
  if (expr.kind === "none") return [];
  const { operation } = expr;
  if (operation.kind === "in") return operation.values;
  return "value" in operation ? [String(operation.value)] : [];
}

/** As the query string would say it: `status=eq.open`. */
export function filterText(tree: CoercibleLogicTree): string {
  if (tree.kind === "null-embed") return `${tree.embed}=${tree.negated ? "not." : ""}is.null`;
  if (tree.kind === "expr") {
    return `${tree.negated ? "not." : ""}${tree.operator}(${tree.children.map(filterText).join(",")})`;
  }
  const { field, expr } = tree;
  const path = field.path.map(({ arrow, operand }) => `${arrow}${operand.value}`).join("");
  if (expr.kind === "none") return `${field.name}${path}`;
  const { operation } = expr;
  const name = "op" in operation ? operation.op : operation.kind;
  const value =
    operation.kind === "in" ? `(${operation.values.join(",")})` : "value" in operation ? String(operation.value) : "";
  return `${field.name}${path}=${expr.negated ? "not." : ""}${name}.${value}`;
}
