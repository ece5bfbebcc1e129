/** Calls in a policy's expression that Postgres runs for each row, though their answer is one for all. Pure. */
import { applyEdits } from "../../database/sql/edits.ts";
import { member, type Node, offsetOf, parseExpression, strings } from "../predicates/parser.ts";
import { nestedTokens } from "../predicates/spans.ts";

export interface PerRowCall {
  /** `auth.uid`, `current_setting`. */
  readonly name: string;
  /** Where the call stands in the text. */
  readonly start: number;
  readonly end: number;
}

const CONSTANT_FOR_A_REQUEST = new Set(["auth.uid", "current_setting"]);

/** Outside of sub-selects that have no FROM, which are what makes a call run once. Needs the parser to be loaded. */
export function perRowCalls(text: string): PerRowCall[] {
  const calls: PerRowCall[] = [];
  walk(parseExpression(text), (node) => {
    const name = strings(node["funcname"])
      .join(".")
      .replace(/^pg_catalog\./, "");
    if (!CONSTANT_FOR_A_REQUEST.has(name)) return;
    const start = offsetOf(text, node["location"]);
    const open = nestedTokens(text.slice(start)).find(
      ({ kind, start: at }) => kind === "symbol" && text[start + at] === "(",
    );
    const close = nestedTokens(text.slice(start)).find(
      ({ kind, start: at, depth }) => kind === "symbol" && text[start + at] === ")" && depth === open?.depth,
    );
    if (close !== undefined) calls.push({ name, start, end: start + close.end });
  });
  return calls;
}

/** The expression with each of the calls as a sub-select. */
export const wrapCalls = (text: string, calls: readonly PerRowCall[]): string =>
  applyEdits(
    text,
    calls.map(({ start, end }) => ({ start, end, text: `(select ${text.slice(start, end)})` })),
  ).text;

/** Whether the expression has a sub-select of any kind, `(select auth.uid())` included. */
export const hasSubselect = (text: string): boolean => subselects(parseExpression(text)).length > 0;

/** Whether one of its sub-selects reads from something. */
export const isReadFrom = (text: string): boolean =>
  subselects(parseExpression(text)).some((select) => select["fromClause"] !== undefined);

function subselects(node: unknown): Node[] {
  if (Array.isArray(node)) return node.flatMap(subselects);
  if (typeof node !== "object" || node === null) return [];
  const select = member(member(member(node, "SubLink"), "subselect"), "SelectStmt");
  return [...(select === undefined ? [] : [select]), ...Object.values(node).flatMap(subselects)];
}

function walk(node: unknown, onCall: (call: Node) => void): void {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, onCall);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  const select = member(member(member(node, "SubLink"), "subselect"), "SelectStmt");
  if (select !== undefined && select["fromClause"] === undefined) return;
  const call = member(node, "FuncCall");
  if (call !== undefined) onCall(call);
  for (const inner of Object.values(node)) walk(inner, onCall);
}
