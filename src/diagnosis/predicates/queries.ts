/** Queries with WITH before them, and of several by UNION. Pure; works on the text, so that the pieces can be asked again. */
import { wordOf } from "../../database/sql/lexer.ts";
import { lastGroup, nestedTokens, splitCommas } from "./spans.ts";

export interface Arms {
  /** `WITH …`, or nothing. */
  readonly with: string;
  /** What UNION joins; one where there is none. An order or a limit of them all stands in the last. */
  readonly arms: readonly string[];
  /** What stands between them: `UNION ALL`. */
  readonly joins: readonly string[];
}

/** Undefined for other queries than SELECT, and for INTERSECT and EXCEPT. */
export function armsOf(query: string): Arms | undefined {
  const tokens = nestedTokens(query).filter(({ depth }) => depth === 0);
  const word = (index: number) => wordOf(query, tokens[index]);
  const first = word(0) === "with" ? tokens.findIndex((_, index) => word(index) === "select") : 0;
  const words = tokens.map((_, index) => word(index));
  if (words[first] !== "select" || words.includes("intersect") || words.includes("except")) return undefined;
  const starts = [tokens[first]!.start];
  const ends: number[] = [];
  const joins: string[] = [];
  for (const [index, token] of tokens.entries()) {
    if (words[index] !== "union") continue;
    const next = tokens[["all", "distinct"].includes(words[index + 1] ?? "") ? index + 2 : index + 1];
    if (next === undefined || wordOf(query, next) !== "select") return undefined;
    ends.push(token.start);
    joins.push(query.slice(token.start, next.start).trim());
    starts.push(next.start);
  }
  const arms = starts.map((start, index) => query.slice(start, ends[index]).trim());
  return { with: query.slice(0, starts[0]).trim(), arms, joins };
}

/** The same query with every arm changed; undefined where one cannot be. */
export function mapArms(query: string, change: (arm: string) => string | undefined): string | undefined {
  const found = armsOf(query);
  const arms = found?.arms.map(change);
  if (found === undefined || arms === undefined || arms.includes(undefined)) return undefined;
  const joined = arms.flatMap((arm, index) => (index === 0 ? [arm!] : [found.joins[index - 1]!, arm!]));
  return [...(found.with === "" ? [] : [found.with]), ...joined].join(" ");
}

export interface NamedQuery {
  readonly name: string;
  readonly query: string;
}

/** What WITH gives names to. */
export function namedQueries(text: string): NamedQuery[] {
  const tokens = nestedTokens(text);
  const start = tokens[wordOf(text, tokens[1]) === "recursive" ? 1 : 0];
  if (start === undefined) return [];
  return splitCommas(text.slice(start.end)).flatMap((one) => {
    const query = lastGroup(one)?.inside;
    const [name] = nestedTokens(one);
    return query === undefined || name === undefined ? [] : [{ name: one.slice(name.start, name.end), query }];
  });
}

/** The expression with `prefix` in each of its own sub-selects, for `WITH … SELECT (SELECT …)`. */
export function withInside(prefix: string, expression: string): string {
  const tokens = nestedTokens(expression);
  let inside = 0;
  let text = "";
  let done = 0;
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    if (token.start < inside || wordOf(expression, token) !== "select" || before === undefined) continue;
    if (expression.slice(before.start, before.end) !== "(") continue;
    text += `${expression.slice(done, token.start)}${prefix} `;
    done = token.start;
    inside = tokens.slice(index).find(({ depth }) => depth < token.depth)?.start ?? expression.length;
  }
  return text + expression.slice(done);
}
