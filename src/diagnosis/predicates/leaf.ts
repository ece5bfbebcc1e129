/** One comparison, test or call, taken apart: the parse tree says what it is and where its operator stands. */
import { factsOf, isConstant } from "./facts.ts";
import { member, type Node, offsetOf, parseExpression, strings } from "./parser.ts";
import { scalarSelectOf } from "./scalars.ts";
import { lastGroup, nestedTokens, splitCommas, withoutParentheses, withoutVariadic } from "./spans.ts";
import type { Expression, Leaf } from "./types.ts";

/** Part of an expression whose tree is known already. */
function piece(source: string, tree: unknown): Expression {
  const text = withoutParentheses(source);
  const select = /\bselect\b/i.test(text) ? scalarSelectOf(text) : undefined;
  const facts = factsOf(tree);
  return select === undefined ? { text, facts, constant: isConstant(tree) } : { text, facts, constant: false, select };
}

export function leafOf(text: string, tree: Node | undefined): Leaf {
  return (
    coalescedLeaf(text, member(tree, "CoalesceExpr")) ??
    operatorLeaf(text, member(tree, "A_Expr")) ??
    subselectLeaf(text, member(tree, "SubLink")) ??
    testLeaf(text, member(tree, "NullTest") ?? member(tree, "BooleanTest")) ??
    callLeaf(text, member(tree, "FuncCall")) ?? { kind: "value" }
  );
}

/** `coalesce(a = b, false)` is the comparison in it, with NULL for false. */
function coalescedLeaf(text: string, node: Node | undefined): Leaf | undefined {
  const [, ...others] = (node?.["args"] ?? []) as unknown[];
  const inner =
    others.length === 1 && isConstant(others[0]) ? splitCommas(lastGroup(text)?.inside ?? "")[0] : undefined;
  if (inner === undefined) return undefined;
  const bare = withoutParentheses(inner);
  const leaf = leafOf(bare, parseExpression(bare));
  return leaf.kind === "value" ? undefined : leaf;
}

function operatorLeaf(text: string, node: Node | undefined): Leaf | undefined {
  if (node === undefined || node["lexpr"] === undefined || node["rexpr"] === undefined) return undefined;
  const at = offsetOf(text, node["location"]);
  const left = () => piece(text.slice(0, at), node["lexpr"]);
  const right = (from: number) => piece(text.slice(from), node["rexpr"]);
  switch (node["kind"]) {
    case "AEXPR_OP": {
      const end = operatorEnd(text, at);
      return { kind: "comparison", operator: operatorText(node), left: left(), right: right(end) };
    }
    case "AEXPR_OP_ANY":
    case "AEXPR_OP_ALL": {
      const array = lastGroup(text)?.inside;
      if (array === undefined) return undefined;
      const operator = `${operatorText(node)} ${node["kind"] === "AEXPR_OP_ANY" ? "ANY" : "ALL"}`;
      return { kind: "array", operator, left: left(), array: piece(array, node["rexpr"]) };
    }
    case "AEXPR_IN": {
      const list = lastGroup(text)?.inside;
      if (list === undefined) return undefined;
      const operator = operatorText(node) === "<>" ? "NOT IN" : "IN";
      return { kind: "array", operator, left: left(), array: { ...piece("", node["rexpr"]), text: list, list: true } };
    }
    case "AEXPR_DISTINCT":
    case "AEXPR_NOT_DISTINCT": {
      const operator = node["kind"] === "AEXPR_DISTINCT" ? "IS DISTINCT FROM" : "IS NOT DISTINCT FROM";
      const words = nestedTokens(text.slice(at)).slice(0, operator.split(" ").length);
      return { kind: "comparison", operator, left: left(), right: right(at + words.at(-1)!.end) };
    }
    default:
      return undefined;
  }
}

const operatorText = (node: Node): string => strings(node["name"]).at(-1) ?? "";

const isOperatorSymbol = (symbol: string): boolean => "+-*/<>=~!@#%^&|`?".includes(symbol);

/** Past `=`, or past `OPERATOR(schema.=)`. */
function operatorEnd(text: string, at: number): number {
  const tokens = nestedTokens(text.slice(at));
  const [first] = tokens;
  if (first?.kind === "word") {
    const close = tokens.find(({ kind, start, depth }) => kind === "symbol" && depth === 0 && text[at + start] === ")");
    return at + (close?.end ?? first.end);
  }
  let end = at;
  while (end < text.length && isOperatorSymbol(text[end]!)) end += 1;
  return end;
}

function subselectLeaf(text: string, node: Node | undefined): Leaf | undefined {
  if (node === undefined) return undefined;
  const group = lastGroup(text);
  if (group === undefined) return undefined;
  if (node["subLinkType"] === "EXISTS_SUBLINK") return { kind: "exists", select: group.inside };
  if (node["subLinkType"] !== "ANY_SUBLINK") return undefined;
  const at = offsetOf(text, node["location"]);
  const operator = group.before.slice(at).trim();
  return { kind: "in-select", operator, left: piece(text.slice(0, at), node["testexpr"]), select: group.inside };
}

function testLeaf(text: string, node: Node | undefined): Leaf | undefined {
  if (node === undefined) return undefined;
  const at = offsetOf(text, node["location"]);
  return { kind: "test", test: text.slice(at).trim(), operand: piece(text.slice(0, at), node["arg"]) };
}

function callLeaf(text: string, node: Node | undefined): Leaf | undefined {
  if (node === undefined) return undefined;
  const group = lastGroup(text);
  if (group === undefined) return undefined;
  const args = (node["args"] ?? []) as unknown[];
  return {
    kind: "call",
    name: group.before,
    arguments: splitCommas(group.inside).map((argument, index) => piece(withoutVariadic(argument), args[index])),
  };
}
