/** What a function's body comes down to: one expression, or one query, that can be taken apart like a policy's own. Pure. */

import { wordOf } from "../../database/sql/lexer.ts";
import { splitStatements } from "../../database/sql/statements.ts";
import { callName } from "./facts.ts";
import { member, type Node, parseStatements, withoutCasts } from "./parser.ts";
import { plpgsqlResult } from "./plpgsql.ts";
import { armsOf, mapArms, withInside } from "./queries.ts";
import { insideAt } from "./scalars.ts";
import { nestedTokens, onOneLine, splitCommas } from "./spans.ts";

export type Body =
  | { readonly kind: "expression"; readonly text: string }
  /** Without its parentheses. */
  | { readonly kind: "query"; readonly select: string }
  | { readonly kind: "closed"; readonly reason: string };

/** `source` as `pg_proc` has it, or as Postgres prints a standard body. Call after `loadParser`. */
export function bodyOf(language: string, source: string): Body {
  if (language === "sql") return sqlBody(source);
  if (language !== "plpgsql") return { kind: "closed", reason: `it is written in ${language}` };
  const result = plpgsqlResult(source);
  if ("reason" in result) return { kind: "closed", reason: result.reason };
  return result.query ? queryBody(result.text) : sqlBody(`SELECT ${result.text}`);
}

/** Statements of an SQL function, standard bodies without what is around them. */
export function bodyStatements(source: string): string[] {
  const bare = source.trim();
  const returned = /^return\b([\s\S]*)$/i.exec(bare)?.[1];
  if (returned !== undefined) return [`SELECT ${returned.replace(/;\s*$/, "")}`];
  const inner = /^begin\s+atomic\b([\s\S]*)\bend;?\s*$/i.exec(bare)?.[1] ?? source;
  return splitStatements(inner).map(({ text }) => text);
}

function sqlBody(source: string): Body {
  const [statement, ...others] = bodyStatements(source).map(onOneLine);
  if (statement === undefined) return { kind: "closed", reason: "it is empty" };
  if (others.length > 0) return { kind: "closed", reason: `it consists of ${others.length + 1} statements` };
  return queryBody(statement);
}

function queryBody(text: string): Body {
  const select = onOneLine(text).replace(/;$/, "").trim();
  const [node] = parseStatements(select);
  const query = member(node, "SelectStmt");
  if (query === undefined)
    return { kind: "closed", reason: node === undefined ? "it cannot be read" : "it is no SELECT" };
  const expression = soleExpression(select, query);
  return expression === undefined ? { kind: "query", select } : { kind: "expression", text: expression };
}

/** What `SELECT x` and `SELECT x AS name` select, where they read no table. What WITH defines goes to where it is read. */
function soleExpression(select: string, query: Node): string | undefined {
  const targets = (query["targetList"] ?? []) as unknown[];
  const parts = ["fromClause", "whereClause", "limitCount", "limitOffset", "groupClause", "havingClause"];
  if (targets.length !== 1 || query["op"] !== "SETOP_NONE" || parts.some((part) => query[part] !== undefined))
    return undefined;
  const { with: named = "", arms: [arm] = [] } = armsOf(select) ?? {};
  if (arm === undefined) return undefined;
  const expression = withoutAlias(arm.slice("select".length).trim(), targets[0]);
  return named === "" ? expression : withInside(named, expression);
}

/** `x AS y`, or `x y`, without its name. */
function withoutAlias(text: string, target: unknown): string {
  if (member(target, "ResTarget")?.["name"] === undefined) return text;
  const tokens = nestedTokens(text);
  const before = tokens.at(-2);
  const name = tokens.at(-1)?.start ?? text.length;
  return text.slice(0, before !== undefined && wordOf(text, before) === "as" ? before.start : name).trim();
}

/** The query with one of its columns only: the one that is called so, else the one at that place. */
export const columnOf = (select: string, name: string, place: number): string | undefined =>
  mapArms(select, (arm) => columnOfArm(arm, name, place));

function columnOfArm(select: string, name: string, place: number): string | undefined {
  const tokens = nestedTokens(select).filter(({ depth }) => depth === 0);
  const from = tokens.find((token) => wordOf(select, token) === "from");
  if (from === undefined) return undefined;
  const targets = splitCommas(select.slice("select".length, from.start));
  const column = targets.some((target) => target.endsWith("*")) ? name : targets[place];
  return column === undefined ? undefined : `SELECT ${column} ${select.slice(from.start)}`;
}

/** The query whose rows the elements of an array are: of `array_agg(x)` over tables, and of `ARRAY(SELECT …)`. */
export function elementsOf(body: Exclude<Body, { kind: "closed" }>): string | undefined {
  if (body.kind === "expression") {
    const array = member(arrayOf(treeOf(`SELECT ${body.text}`)), "SubLink");
    return array?.["subLinkType"] === "ARRAY_SUBLINK" ? firstArray(body.text) : undefined;
  }
  const call = member(arrayOf(treeOf(body.select)), "FuncCall");
  if (call === undefined || callName(call) !== "array_agg" || call["agg_filter"] !== undefined) return undefined;
  const tokens = nestedTokens(body.select).filter(({ depth }) => depth === 0);
  const from = tokens.find((token) => wordOf(body.select, token) === "from");
  const target = from === undefined ? "" : body.select.slice("select".length, from.start);
  const inside = aggregated(target);
  if (from === undefined || inside === undefined || splitCommas(inside).length !== 1) return undefined;
  return `SELECT ${inside} ${body.select.slice(from.start)}`;
}

/** Through casts and `coalesce(x, '{}')`. */
function arrayOf(node: unknown): unknown {
  const bare = withoutCasts(node);
  const coalesced = member(bare, "CoalesceExpr");
  return coalesced === undefined ? bare : arrayOf((coalesced["args"] as unknown[])[0]);
}

const treeOf = (select: string): unknown => {
  const targets = (member(parseStatements(select)[0], "SelectStmt")?.["targetList"] ?? []) as unknown[];
  return member(targets[0], "ResTarget")?.["val"];
};

function firstArray(text: string): string | undefined {
  const tokens = nestedTokens(text);
  const open = tokens[tokens.findIndex((token) => wordOf(text, token) === "array") + 1];
  return open === undefined ? undefined : insideAt(text, open.start);
}

/** What array_agg is given; an order of it says nothing about what is in it. */
function aggregated(target: string): string | undefined {
  const at = /\barray_agg\s*\(/i.exec(target);
  const inside = at === null ? undefined : insideAt(target, at.index + at[0].length - 1);
  return inside
    ?.replace(/\border\s+by\b[\s\S]*$/i, "")
    .replace(/^distinct\s/i, "")
    .trim();
}
