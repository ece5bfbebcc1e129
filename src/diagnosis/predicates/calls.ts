/** Function calls in an expression, with what they are called with. Pure. */
import { callName, factsOf, originOf } from "./facts.ts";
import { member, type Node, offsetOf, parseExpression, strings, walk } from "./parser.ts";
import { nestedTokens, splitCommas, withoutVariadic } from "./spans.ts";
import type { Leaf, Predicate } from "./types.ts";

export interface CallSite {
  /** `is_member(team_id)` */
  readonly text: string;
  /** As written, without pg_catalog. */
  readonly name: string;
  /** What stands between its parentheses. */
  readonly inside: string;
  readonly arguments: readonly CallArgument[];
  /** Whether the last of them is an array that stands for many. */
  readonly variadic: boolean;
}

export interface CallArgument {
  readonly text: string;
  /** For `name => value`. */
  readonly name: string | null;
}

/**
 * The calls that have one value for one row: not those inside a query over tables, unless they are called without any column.
 * Call after `loadParser`.
 */
export const callsIn = (text: string): CallSite[] =>
  sitesIn(text).filter((one, index, all) => all.findIndex((other) => other.text === one.text) === index);

/** The call whose value is the leaf's own: `is_member(team_id)`, `(SELECT is_member(team_id))`, `is_member(team_id) IS TRUE`. */
export function deciding({ text, leaf }: Predicate): string | undefined {
  const judged = leaf?.kind === "test" && /^is\s+true$/i.test(leaf.test) ? leaf.operand.text : text;
  return originCall(judged);
}

export interface Searched {
  readonly call: string;
  /** Of the rows that it gives; null where these are values. `place` counts from 0. */
  readonly column: { readonly name: string; readonly place: number | null } | null;
}

/** The call that gives the values that the leaf's left side, `wanted`, is looked for among. */
export function searched(leaf: Leaf | null): (Searched & { readonly wanted: string }) | undefined {
  const found =
    leaf?.kind === "in-select" && /^(in|= any)$/i.test(leaf.operator)
      ? selectedCall(leaf.select)
      : leaf?.kind === "array" && leaf.operator === "= ANY" && leaf.array.list !== true
        ? (asSearched(originCall(leaf.array.text)) ??
          selectedCall(/^array\s*\((.*)\)$/is.exec(leaf.array.text)?.[1] ?? ""))
        : undefined;
  return found === undefined || leaf === null || !("left" in leaf) ? undefined : { ...found, wanted: leaf.left.text };
}

const asSearched = (call: string | undefined): Searched | undefined =>
  call === undefined ? undefined : { call, column: null };

function originCall(text: string): string | undefined {
  const call = member(originOf(parseExpression(text)), "FuncCall");
  return call === undefined ? undefined : siteOf(text, call)?.text;
}

/** Of `SELECT f(x)` and `SELECT f FROM f(x)`. */
function selectedCall(select: string): Searched | undefined {
  const text = `(${select})`;
  const query = member(member(member(parseExpression(text), "SubLink"), "subselect"), "SelectStmt");
  const from = (query?.["fromClause"] ?? []) as unknown[];
  const targets = (query?.["targetList"] ?? []) as unknown[];
  const more = ["whereClause", "limitCount", "groupClause", "havingClause", "withClause"];
  if (query === undefined || targets.length !== 1 || from.length > 1 || more.some((name) => query[name] !== undefined))
    return undefined;
  const target = member(targets[0], "ResTarget")?.["val"];
  const range = member(from[0], "RangeFunction");
  const fields = strings(member(target, "ColumnRef")?.["fields"]);
  const call = from.length === 0 ? member(target, "FuncCall") : fields.length > 0 ? rangeCall(range) : undefined;
  const site = call === undefined ? undefined : siteOf(text, call);
  if (site === undefined) return undefined;
  if (from.length === 0) return { call: site.text, column: null };
  const name = fields.at(-1) ?? "";
  const place = strings(member(range, "alias")?.["colnames"]).indexOf(name);
  return { call: site.text, column: { name, place: place < 0 ? null : place } };
}

function rangeCall(range: Node | undefined): Node | undefined {
  const functions = (range?.["functions"] ?? []) as unknown[];
  const items = (member(functions[0], "List")?.["items"] ?? []) as unknown[];
  return functions.length === 1 ? member(items[0], "FuncCall") : undefined;
}

function sitesIn(text: string): CallSite[] {
  const sites: CallSite[] = [];
  walk(parseExpression(text), false, (name, node, inQuery) => {
    if (name === "SelectStmt") return inQuery || node["fromClause"] !== undefined;
    if (name !== "FuncCall") return inQuery;
    const bound = inQuery && factsOf(node["args"]).columns.length > 0;
    const site = bound ? undefined : siteOf(text, node);
    if (site !== undefined) sites.push(site);
    return inQuery;
  });
  return sites;
}

/** Where a call, and what stands between its parentheses, begin and end in the text. */
export function spanOf(text: string, call: Node): (Span & { readonly inside: Span }) | undefined {
  const start = offsetOf(text, call["location"]);
  const tokens = nestedTokens(text.slice(start));
  const open = tokens.find(({ kind, start: at }) => kind === "symbol" && text[start + at] === "(");
  const close = tokens.find(
    ({ kind, start: at, depth }) =>
      kind === "symbol" && text[start + at] === ")" && at > (open?.start ?? 0) && depth === open?.depth,
  );
  if (open === undefined || close === undefined) return undefined;
  return { start, end: start + close.end, inside: { start: start + open.end, end: start + close.start } };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function siteOf(text: string, call: Node): CallSite | undefined {
  const span = spanOf(text, call);
  if (span === undefined) return undefined;
  const inside = text.slice(span.inside.start, span.inside.end).trim();
  const args = (call["args"] ?? []) as unknown[];
  return {
    text: text.slice(span.start, span.end),
    name: callName(call),
    inside,
    arguments: splitArguments(inside, args),
    variadic: call["func_variadic"] === true,
  };
}

function splitArguments(inside: string, args: readonly unknown[]): CallArgument[] {
  return splitCommas(inside).map((written, index) => {
    const text = withoutVariadic(written);
    const named = member(args[index], "NamedArgExpr")?.["name"];
    return typeof named === "string"
      ? { name: named, text: text.replace(/^(?:"(?:[^"]|"")*"|[\w$]+)\s*(?:=>|:=)\s*/, "") }
      : { name: null, text };
  });
}
