/** Where the pieces of an expression begin and end in its text. Pure; built on the lexer, so quotes and comments are safe. */
import { type Token, tokenize, wordOf } from "../../database/sql/lexer.ts";

/** Tokens without comments, with how deep in parentheses, brackets and CASE each of them stands. */
export interface NestedToken extends Token {
  readonly depth: number;
}

export function nestedTokens(text: string): NestedToken[] {
  let depth = 0;
  const nested: NestedToken[] = [];
  for (const token of tokenize(text)) {
    if (token.kind === "comment") continue;
    const symbol = token.kind === "symbol" ? text[token.start] : undefined;
    const word = wordOf(text, token);
    if (symbol === ")" || symbol === "]" || word === "end") depth -= 1;
    nested.push({ ...token, depth });
    if (symbol === "(" || symbol === "[" || word === "case") depth += 1;
  }
  return nested;
}

/** On one line: what stands between two tokens, comments too, becomes one blank, or none. Literals stay as they are. */
export function onOneLine(text: string): string {
  let line = "";
  let end = 0;
  for (const token of tokenize(text)) {
    if (token.kind === "comment") continue;
    if (token.start > end && line !== "") line += " ";
    line += text.slice(token.start, token.end);
    end = token.end;
  }
  return line;
}

/** `((a = b))` becomes `a = b`; `(a) = (b)` stays. */
export function withoutParentheses(text: string): string {
  let inner = text.trim();
  for (;;) {
    const tokens = nestedTokens(inner);
    const [first, last] = [tokens[0], tokens.at(-1)];
    if (first === undefined || last === undefined || tokens.length < 2) return inner;
    if (inner[first.start] !== "(" || first.kind !== "symbol" || inner[last.start] !== ")" || last.kind !== "symbol")
      return inner;
    // The first parenthesis must close at the very end, not before.
    if (tokens.slice(1, -1).some(({ depth }) => depth === 0)) return inner;
    // A sub-select is an expression only with its parentheses.
    if (QUERY_WORDS.has(wordOf(inner, tokens[1]))) return inner;
    inner = inner.slice(first.end, last.start).trim();
  }
}

const QUERY_WORDS = new Set(["select", "with", "values", "table"]);

export interface BooleanSplit {
  readonly operator: "and" | "or" | "not";
  readonly parts: readonly string[];
}

/** AND, OR and NOT bind weaker than every other operator, so finding them outside of parentheses is enough. */
export function splitBoolean(text: string): BooleanSplit | null {
  const tokens = nestedTokens(text).filter(({ depth }) => depth === 0);
  const ors = tokens.filter((token) => wordOf(text, token) === "or");
  if (ors.length > 0) return { operator: "or", parts: cut(text, ors) };
  const ands = tokens.filter((token, index) => wordOf(text, token) === "and" && !closesBetween(text, tokens, index));
  if (ands.length > 0) return { operator: "and", parts: cut(text, ands) };
  const [first] = tokens;
  if (first === undefined || wordOf(text, first) !== "not") return null;
  return { operator: "not", parts: [text.slice(first.end).trim()] };
}

function cut(text: string, at: readonly Token[]): string[] {
  const starts = [0, ...at.map(({ end }) => end)];
  const ends = [...at.map(({ start }) => start), text.length];
  return starts.map((start, index) => text.slice(start, ends[index]).trim());
}

/** Whether this AND belongs to a BETWEEN before it. */
function closesBetween(text: string, tokens: readonly Token[], index: number): boolean {
  let open = 0;
  for (const token of tokens.slice(0, index + 1)) {
    const word = wordOf(text, token);
    if (word === "between") open += 1;
    else if (word === "and") open -= 1;
  }
  return open >= 0 && tokens.slice(0, index).some((token) => wordOf(text, token) === "between");
}

/** `value BETWEEN low AND high`; undefined for everything else, and for NOT BETWEEN and BETWEEN SYMMETRIC. */
export function betweenBounds(
  text: string,
): { readonly value: string; readonly low: string; readonly high: string } | undefined {
  const tokens = nestedTokens(text).filter(({ depth }) => depth === 0);
  const words = tokens.map((token) => wordOf(text, token));
  const at = words.indexOf("between");
  const and = words.indexOf("and", at);
  if (at < 1 || and < 0 || words[at - 1] === "not" || /^a?symmetric$/.test(words[at + 1] ?? "")) return undefined;
  return {
    value: text.slice(0, tokens[at]!.start).trim(),
    low: text.slice(tokens[at]!.end, tokens[and]!.start).trim(),
    high: text.slice(tokens[and]!.end).trim(),
  };
}

/** The pieces between top-level commas. */
export function splitCommas(text: string): string[] {
  const commas = nestedTokens(text).filter(
    ({ depth, kind, start }) => depth === 0 && kind === "symbol" && text[start] === ",",
  );
  return text.trim() === "" ? [] : cut(text, commas);
}

/** An argument without the word that says that it stands for many. */
export const withoutVariadic = (argument: string): string => argument.replace(/^variadic\b\s*/i, "");

/** What stands in the last pair of top-level parentheses; undefined when the text does not end with one. */
export function lastGroup(text: string): { readonly before: string; readonly inside: string } | undefined {
  const tokens = nestedTokens(text);
  const last = tokens.at(-1);
  if (last === undefined || last.kind !== "symbol" || text[last.start] !== ")") return undefined;
  const open = tokens.findLast(
    ({ kind, start, depth }) => kind === "symbol" && text[start] === "(" && depth === last.depth,
  );
  if (open === undefined) return undefined;
  return { before: text.slice(0, open.start).trim(), inside: text.slice(open.end, last.start).trim() };
}
