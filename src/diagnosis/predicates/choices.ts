/** IF and CASE of truth values: one condition, and what is given then and else. Pure. */
import { wordOf } from "../../database/sql/lexer.ts";
import { nestedTokens, splitBoolean, withoutParentheses } from "./spans.ts";

export interface Choice {
  readonly condition: string;
  readonly yes: string;
  readonly no: string;
  /** The condition is the opposite of the one written, and the branches changed places with it. */
  readonly turned: boolean;
}

export const choiceText = (condition: string, yes: string, no: string): string =>
  `CASE WHEN ${condition} THEN ${yes} ELSE ${no} END`;

/** Text that is a CASE from its first word to its last; the further conditions of it are another one, in `no`. */
export function choiceIn(text: string): Choice | undefined {
  const tokens = nestedTokens(text);
  const [first, last] = [tokens[0], tokens.at(-1)];
  if (
    wordOf(text, first) !== "case" ||
    wordOf(text, last) !== "end" ||
    tokens.slice(1, -1).some(({ depth }) => depth === 0)
  )
    return undefined;
  const words = tokens.filter((token) => token.depth === 1 && ["when", "then", "else"].includes(wordOf(text, token)));
  const [when, then, next] = words;
  if (when === undefined || then === undefined) return undefined;
  const subject = text.slice(first!.end, when.start).trim();
  const tested = text.slice(when.end, then.start).trim();
  const rest = next === undefined ? "false" : text.slice(next.start, last!.start).trim();
  const otherwise = /^else\b/i.test(rest) ? rest.slice("else".length).trim() : `CASE ${subject} ${rest} END`;
  return straight({
    condition: subject === "" ? tested : `${subject} = ${tested}`,
    yes: text.slice(then.end, next?.start ?? last!.start).trim(),
    no: next === undefined ? "false" : otherwise,
  });
}

/** What a condition keeps out is said the other way round: what it wants is its opposite. */
function straight({ condition, yes, no }: Omit<Choice, "turned">): Choice {
  if (!isNo(yes)) return { condition, yes, no, turned: false };
  return { condition: negated(condition), yes: no, no: yes, turned: true };
}

function negated(condition: string): string {
  const split = splitBoolean(withoutParentheses(condition));
  if (split?.operator === "not") return split.parts[0]!;
  const [, tested, not] = /^([\s\S]*\S)\s+is\s+(not\s+)?null$/i.exec(condition) ?? [];
  if (split !== null || tested === undefined) return `NOT (${condition})`;
  return `${tested} IS ${not === undefined ? "NOT NULL" : "NULL"}`;
}

/** Constants that say so for every row. */
export const isYes = (text: string): boolean => /^\(?true\)?$/i.test(text);
export const isNo = (text: string): boolean => /^\(?(?:false|null(?:::boolean)?)\)?$/i.test(text);
