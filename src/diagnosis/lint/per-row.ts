/** Calls in a policy's expression that Postgres runs for each row, though their answer is one for all. Pure. */
import { applyEdits } from "../../database/sql/edits.ts";
import { spanOf } from "../predicates/calls.ts";
import { callName } from "../predicates/facts.ts";
import { member, type Node, parseExpression, walk } from "../predicates/parser.ts";

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
  walk(parseExpression(text), calls, (type, node) => {
    if (type === "SubLink" && selectOf(node)?.["fromClause"] === undefined) return undefined;
    const name = type === "FuncCall" ? callName(node) : "";
    if (!CONSTANT_FOR_A_REQUEST.has(name)) return calls;
    const span = spanOf(text, node);
    if (span !== undefined) calls.push({ name, start: span.start, end: span.end });
    return calls;
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

function subselects(tree: unknown): Node[] {
  const selects: Node[] = [];
  walk(tree, selects, (type, node) => {
    const select = type === "SubLink" ? selectOf(node) : undefined;
    if (select !== undefined) selects.push(select);
    return selects;
  });
  return selects;
}

const selectOf = (link: Node): Node | undefined => member(link["subselect"], "SelectStmt");
