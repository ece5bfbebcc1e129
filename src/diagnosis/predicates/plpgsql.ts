/** PL/pgSQL whose result can be said as one expression: variables become what was put into them. Pure. */
import { wordOf } from "../../database/sql/lexer.ts";
import { splitStatements } from "../../database/sql/statements.ts";
import { choiceText } from "./choices.ts";
import { nestedTokens, onOneLine, splitCommas } from "./spans.ts";

/** `query`: of RETURN QUERY. */
export type Result = { readonly text: string; readonly query: boolean } | { readonly reason: string };

/** How a variable, or a field of one, is said. */
type Say = (field: string | null) => string | undefined;
type Variables = ReadonlyMap<string, Say>;

const TOO_MUCH = (word: string): Result => ({
  reason: `its PL/pgSQL does more than fetch and return (${word.toUpperCase()})`,
});

export function plpgsqlResult(source: string): Result {
  const [declared, block] = sections(onOneLine(source));
  if (block === undefined) return { reason: "its PL/pgSQL cannot be read" };
  const variables = new Map<string, Say>();
  for (const { text } of splitStatements(declared)) {
    const [, name = "", rest = ""] = /^("[^"]+"|[\w$]+)\s([\s\S]*)$/.exec(text) ?? [];
    if (/\b(?:alias for|cursor)\b/i.test(rest)) return TOO_MUCH("declare");
    const initial = /(?::=|=|\bdefault\b)([\s\S]*)$/i.exec(rest)?.[1]?.trim();
    variables.set(name.toLowerCase(), sayValue(initial === undefined ? "NULL" : substituted(initial, variables)));
  }
  return resultOf(
    splitStatements(block).map(({ text }) => text),
    variables,
  );
}

/** What stands behind DECLARE, and what between BEGIN and END. */
function sections(text: string): [string, string | undefined] {
  const tokens = nestedTokens(text);
  const at = tokens.findIndex((token) => wordOf(text, token) === "begin");
  const begin = tokens[at];
  const end = tokens.findLast((token) => wordOf(text, token) === "end");
  const first = wordOf(text, tokens[0]);
  if (begin === undefined || end === undefined || end.start < begin.start || (at > 0 && first !== "declare"))
    return ["", undefined];
  return [text.slice(at > 0 ? tokens[0]!.end : 0, begin.start), text.slice(begin.end, end.start)];
}

/** Up to the first RETURN; an IF has to end in one too. */
function resultOf(statements: readonly string[], known: Variables): Result {
  const variables = new Map(known);
  for (const [index, statement] of statements.entries()) {
    const word = /^[\w$]+/.exec(statement)?.[0].toLowerCase() ?? "";
    const rest = statement.slice(word.length).trim();
    if (word === "return") return returned(rest, variables);
    if (word === "if") return conditional(statements.slice(index), variables);
    const assigned = /^("[^"]+"|[\w$]+) ?(?::=|=)([\s\S]*)$/.exec(statement);
    if (assigned !== null && variables.has(assigned[1]!.toLowerCase()))
      variables.set(assigned[1]!.toLowerCase(), sayValue(substituted(assigned[2]!.trim(), variables)));
    else if (word === "perform") variables.set("found", sayValue(`EXISTS (SELECT ${substituted(rest, variables)})`));
    else if (word === "select" || word === "with") {
      const fetched = into(statement, variables);
      if (fetched === undefined) return TOO_MUCH("select into");
      for (const [name, say] of fetched) variables.set(name, say);
    } else return TOO_MUCH(word);
  }
  return { reason: "it ends without a RETURN" };
}

function returned(rest: string, variables: Variables): Result {
  if (/^(?:next|query execute)\b/i.test(rest)) return TOO_MUCH(`return ${rest.split(" ").slice(0, 2).join(" ")}`);
  const query = /^query\b([\s\S]*)$/i.exec(rest)?.[1];
  return { text: substituted((query ?? rest).trim(), variables), query: query !== undefined };
}

/** `IF a THEN RETURN b; END IF; RETURN c` is a CASE. */
function conditional(statements: readonly string[], variables: Variables): Result {
  const end = statements.findIndex((text) => /^end if$/i.test(text));
  const [first = "", ...inner] = statements.slice(0, end);
  const [, condition, then] = /^if\b([\s\S]*?)\bthen\b([\s\S]*)$/i.exec(first) ?? [];
  if (end < 0 || condition === undefined || then === undefined) return TOO_MUCH("if");
  const at = inner.findIndex((text) => /^els(?:e|e?if)\b/i.test(text));
  if (inner.some((text) => /^if\b/i.test(text)) || /^\s*if\b/i.test(then)) return TOO_MUCH("if");
  const yes = resultOf([then.trim(), ...(at < 0 ? inner : inner.slice(0, at))], variables);
  const no = resultOf([...otherwise(at < 0 ? [] : inner.slice(at)), ...statements.slice(end + 1)], variables);
  if ("reason" in yes) return yes;
  if ("reason" in no) return no;
  if (yes.query || no.query) return TOO_MUCH("if");
  return { text: choiceText(substituted(condition.trim(), variables), yes.text, no.text), query: false };
}

/** ELSIF is another IF. */
function otherwise([first, ...rest]: readonly string[]): string[] {
  if (first === undefined) return [];
  const elsif = /^els(?:e)?if\b([\s\S]*)$/i.exec(first)?.[1];
  return elsif === undefined ? [first.replace(/^else\b/i, "").trim(), ...rest] : [`IF${elsif}`, ...rest, "END IF"];
}

/** `SELECT a, b INTO x, y FROM …` fetches the first row, or NULLs. */
function into(statement: string, variables: Variables): Array<[string, Say]> | undefined {
  const tokens = nestedTokens(statement).filter(({ depth }) => depth === 0);
  const word = (index: number) => wordOf(statement, tokens[index]);
  const at = tokens.findIndex((_, index) => word(index) === "into");
  if (at < 0 || word(0) !== "select") return undefined;
  const names: string[] = [];
  let next = word(at + 1) === "strict" ? at + 2 : at + 1;
  for (; next < tokens.length; next += 2) {
    const name = tokens[next]!;
    names.push(statement.slice(name.start, name.end).toLowerCase());
    if (statement.slice(tokens[next + 1]?.start, tokens[next + 1]?.end) !== ",") break;
  }
  if (names.some((name) => !variables.has(name))) return undefined;
  const before = statement.slice(0, tokens[at]!.start).trim();
  const after = statement.slice(tokens[next]?.end ?? statement.length).trim();
  const select = substituted(`${before} ${after}`.trim(), variables);
  const from = nestedTokens(select).find((token) => token.depth === 0 && wordOf(select, token) === "from");
  const targets = splitCommas(select.slice("select".length, from?.start));
  const rest = from === undefined ? "" : ` ${select.slice(from.start)}`;
  const one = /\blimit\b/i.test(rest) || from === undefined ? "" : " LIMIT 1";
  const fetch = (target: string) => (from === undefined ? `(${target})` : `(SELECT ${target}${rest}${one})`);
  const [record] = names;
  const isRecord = names.length === 1 && (targets.length > 1 || targets[0]?.endsWith("*"));
  const said: Array<[string, Say]> = isRecord
    ? [[record!, (field) => (field === null ? undefined : fetch(field))]]
    : names.map((name, index) => [name, (field) => fetch(field ?? targets[index] ?? "NULL")]);
  return [...said, ["found", sayValue(`EXISTS (SELECT 1${rest})`)]];
}

const sayValue =
  (text: string): Say =>
  (field) =>
    field === null ? bracketed(text) : `(${text}).${field}`;

/** A name, a literal or what has its parentheses binds as it is. */
const bracketed = (text: string): string =>
  /^(?:[\w$.]+|'(?:[^']|'')*'|EXISTS \(.*\))$/s.test(text) ||
  (text.startsWith("(") && nestedTokens(text).filter(({ depth }) => depth === 0).length === 2)
    ? text
    : `(${text})`;

/** Every mention of a variable replaced. A name behind a dot, or before a parenthesis, is another's. */
function substituted(text: string, variables: Variables): string {
  const tokens = nestedTokens(text);
  const at = (index: number) => text.slice(tokens[index]?.start, tokens[index]?.end);
  let said = "";
  let done = 0;
  for (const [index, token] of tokens.entries()) {
    const say = token.kind === "word" || token.kind === "quoted" ? variables.get(at(index).toLowerCase()) : undefined;
    if (say === undefined || token.start < done || (index > 0 && at(index - 1) === ".")) continue;
    const next = tokens[index + 1] === undefined ? "" : at(index + 1);
    if (next === "(") continue;
    const value = say(next === "." ? at(index + 2) : null);
    if (value === undefined) continue;
    said += text.slice(done, token.start) + value;
    done = next === "." ? tokens[index + 2]!.end : token.end;
  }
  return said + text.slice(done);
}
