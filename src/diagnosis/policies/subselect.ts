/** A query inside a policy, of EXISTS (…), of IN (…) or for one value, taken apart at its conditions, so that one can be left out. */
import { wordOf } from "../../database/sql/lexer.ts";
import { armsOf } from "../predicates/queries.ts";
import { nestedTokens, splitBoolean, splitCommas, withoutParentheses } from "../predicates/spans.ts";
import type { Leaf } from "../predicates.ts";

export interface Subselect {
  /** `WITH …`, or nothing. */
  readonly with: string;
  /** What it gives. */
  readonly target: string;
  /** Behind FROM, up to WHERE. */
  readonly from: string;
  /** What WHERE joins with AND. */
  readonly conditions: readonly string[];
  /** What the target has to equal, for IN. */
  readonly wanted: string | null;
}

/** Whatever changes the number of rows besides WHERE. */
const OTHER = new Set("with group having offset fetch union intersect except window for".split(" "));

/** An order, a limit of its first rows or DISTINCT say nothing about whether there is a row. */
const TAIL = new Set(["order", "limit"]);

/** Of other leaves, and where the query is more than SELECT … FROM … WHERE, there is none; UNION makes several of it. */
export function subselectsOf(leaf: Leaf | null): Subselect[] {
  if (leaf?.kind === "exists") return queriesIn(leaf.select, null);
  if (leaf?.kind !== "in-select" || !/^(in|= any)$/i.test(leaf.operator)) return [];
  return queriesIn(leaf.select, leaf.left.text);
}

export function subselectOf(leaf: Leaf | null): Subselect | undefined {
  const [first, ...others] = subselectsOf(leaf);
  return others.length === 0 ? first : undefined;
}

/** Undefined for queries that are more than SELECT … FROM … WHERE. */
export function queryParts(select: string, wanted: string | null): Subselect | undefined {
  const [first, ...others] = queriesIn(select, wanted);
  return others.length === 0 ? first : undefined;
}

/** All of them, or none. */
export function queriesIn(query: string, wanted: string | null): Subselect[] {
  const { arms = [], with: named = "" } = armsOf(query) ?? {};
  const parts = arms.map((arm) => armParts(arm, named, wanted));
  return parts.every((part) => part !== undefined) ? parts : [];
}

function armParts(select: string, named: string, wanted: string | null): Subselect | undefined {
  const end = nestedTokens(select).find((token) => token.depth === 0 && TAIL.has(wordOf(select, token)))?.start;
  if (/\blimit (?:0|all|null|\D)/i.test(select.slice(end ?? select.length))) return undefined;
  const parts = wholeParts(select.slice(0, end), select.slice(end ?? select.length), wanted);
  return parts === undefined ? undefined : { with: named, ...parts };
}

function wholeParts(select: string, tail: string, wanted: string | null): Omit<Subselect, "with"> | undefined {
  if (nestedTokens(tail).some((token) => token.depth === 0 && OTHER.has(wordOf(tail, token)))) return undefined;
  const words = nestedTokens(select)
    .filter(({ depth, kind }) => depth === 0 && kind === "word")
    .map((token) => ({ ...token, word: select.slice(token.start, token.end).toLowerCase() }));
  const [first] = words;
  const from = words.find(({ word }) => word === "from");
  const where = words.find(({ word }) => word === "where");
  if (first?.word !== "select" || from === undefined || words.some(({ word }) => OTHER.has(word))) return undefined;
  return {
    target: select
      .slice(first.end, from.start)
      .replace(/ AS "?\w+"?\s*$/i, "")
      .replace(/^\s*distinct\s(?!on\b)/i, "")
      .trim(),
    from: select.slice(from.end, where?.start).trim(),
    conditions: where === undefined ? [] : conjuncts(select.slice(where.end)),
    wanted,
  };
}

function conjuncts(text: string): string[] {
  const bare = withoutParentheses(text);
  const split = splitBoolean(bare);
  return split?.operator === "and" ? split.parts.flatMap(conjuncts) : [bare];
}

/** Its rows, as a table of the columns given and its target as `flux_dev_v`, under these conditions only. */
function rowsSql(
  { with: named, target, from, wanted }: Subselect,
  conditions: readonly string[],
  column: string,
): string {
  const where = conditions.length === 0 ? "" : ` WHERE ${conditions.map((text) => `(${text})`).join(" AND ")}`;
  const value = wanted === null ? "NULL" : splitCommas(target).length > 1 ? `ROW(${target})` : target;
  const rows = `(${named} SELECT ${value}, ${column} FROM ${from}${where}) AS "flux_dev_s"("flux_dev_v", "flux_dev_c")`;
  return `${rows}${wanted === null ? "" : ` WHERE "flux_dev_s"."flux_dev_v" = (${wanted})`}`;
}

/** How many rows there are then, up to 100. */
export const countSql = (query: Subselect, conditions: readonly string[]): string =>
  `(SELECT count(*) FROM (SELECT 1 FROM ${rowsSql(query, conditions, "1")} LIMIT 100) AS "flux_dev_q")`;

/** An expression's value in the first of them, as it is. */
export const inFirstSql = (query: Subselect, conditions: readonly string[], expression: string): string =>
  `(SELECT "flux_dev_c" FROM ${rowsSql(query, conditions, expression)} LIMIT 1)`;

/** The same as text. */
export const valueSql = (query: Subselect, conditions: readonly string[], expression: string): string =>
  inFirstSql(query, conditions, `(${expression})::text`);

/** The name by which a query over one table calls it; undefined for joins. */
export const singleTable = ({ from }: Subselect): string | undefined =>
  /^(?:[\w$]+\.|"[^"]+"\.)?([\w$]+|"[^"]+")(?: (?:AS )?([\w$]+|"[^"]+"))?$/i.exec(from)?.slice(1).findLast(Boolean);

/** The first rows of that table, of `type`, which it finds, as JSON of samples. */
export function foundSql(query: Subselect, { alias, type }: { alias: string; type: string }): string {
  // Without the cast a row is many columns, and its bare name may be one of them.
  const rows = rowsSql(query, query.conditions, `(${alias}.*)::${type}`);
  const sample = `pg_catalog.json_build_object('raw', "flux_dev_c"::text, 'json', "flux_dev_c")`;
  return `(SELECT pg_catalog.json_agg(${sample}) FROM (SELECT "flux_dev_c" FROM ${rows} LIMIT 3) AS "flux_dev_b")`;
}
