/**
 * IF and CASE as AND, OR and NOT, so that they can be split. Where a condition is NULL Postgres goes on to the next, and these may
 * be NULL: whoever uses them compares them with what there was. Pure.
 */
import { wordOf } from "../../database/sql/lexer.ts";
import { nestedTokens, splitBoolean, withoutParentheses } from "./spans.ts";

/** `a AND b OR NOT a AND c` for a condition and what is given then and else. */
export function chosen(condition: string, yes: string, no: string): string {
  const both = (one: string, other: string) => (isTrue(other) ? one : `${one} AND (${other})`);
  const ways = [
    ...(isFalse(yes) ? [] : [both(`(${condition})`, yes)]),
    ...(isFalse(no) ? [] : [isTrue(yes) ? `(${no})` : both(negated(condition), no)]),
  ];
  return ways.length === 0 ? "false" : ways.join(" OR ");
}

function negated(condition: string): string {
  const split = splitBoolean(withoutParentheses(condition));
  if (split?.operator === "not") return `(${split.parts[0]})`;
  const [, tested, not] = /^([\s\S]*\S)\s+is\s+(not\s+)?null$/i.exec(condition) ?? [];
  if (split !== null || tested === undefined) return `NOT (${condition})`;
  return `(${tested} IS ${not === undefined ? "NOT NULL" : "NULL"})`;
}

const isTrue = (text: string): boolean => /^\(?true\)?$/i.test(text);
const isFalse = (text: string): boolean => /^\(?(?:false|null)\)?$/i.test(text);

/** CASE of truth values; undefined for everything else. */
export function caseChoice(text: string): string | undefined {
  const tokens = nestedTokens(text);
  const [first, last] = [tokens[0], tokens.at(-1)];
  if (
    wordOf(text, first) !== "case" ||
    wordOf(text, last) !== "end" ||
    tokens.slice(1, -1).some(({ depth }) => depth === 0)
  )
    return undefined;
  const words = tokens.filter((token) => token.depth === 1 && ["when", "then", "else"].includes(wordOf(text, token)));
  const pieces = words.map((token, index) => ({
    word: wordOf(text, token),
    text: text.slice(token.end, words[index + 1]?.start ?? last!.start).trim(),
  }));
  const subject = text.slice(first!.end, words[0]?.start).trim();
  const otherwise = pieces.at(-1)?.word === "else" ? pieces.pop()!.text : "false";
  let choice = otherwise;
  for (let at = pieces.length - 2; at >= 0; at -= 2) {
    const condition = pieces[at]!.text;
    choice = chosen(subject === "" ? condition : `${subject} = ${condition}`, pieces[at + 1]!.text, choice);
  }
  return pieces.length === 0 ? undefined : choice;
}
