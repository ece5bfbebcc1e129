/** A script as its statements, split where psql would split it. */
import { type Token, tokenize, wordOf } from "./lexer.ts";

export interface Statement {
  /** From the first token of code to the last, without the semicolon. */
  readonly text: string;
  /** UTF-16 offset of `text` in the script. */
  readonly start: number;
  readonly end: number;
  /** Code only, no comments. */
  readonly tokens: readonly Token[];
}

/**
 * Semicolons in parentheses (CREATE RULE) and in SQL-standard function bodies (BEGIN ATOMIC … END) end nothing. Statements
 * without code are left out.
 */
export function splitStatements(sql: string): Statement[] {
  const statements: Statement[] = [];
  let tokens: Token[] = [];
  let parens = 0;
  let blocks = 0;
  const finish = () => {
    const [first, last] = [tokens[0], tokens.at(-1)];
    if (first !== undefined && last !== undefined) {
      statements.push({ text: sql.slice(first.start, last.end), start: first.start, end: last.end, tokens });
    }
    [tokens, parens, blocks] = [[], 0, 0];
  };
  for (const token of tokenize(sql)) {
    if (token.kind === "comment") continue;
    if (token.kind === "semicolon" && parens === 0 && blocks === 0) {
      finish();
      continue;
    }
    tokens.push(token);
    if (token.kind === "symbol") {
      if (sql[token.start] === "(") parens += 1;
      else if (sql[token.start] === ")" && parens > 0) parens -= 1;
    } else if (token.kind === "word" && parens === 0 && createsRoutine(sql, tokens)) {
      const word = wordOf(sql, token);
      if (word === "begin" || (word === "case" && blocks > 0)) blocks += 1;
      else if (word === "end" && blocks > 0) blocks -= 1;
    }
  }
  finish();
  return statements;
}

function createsRoutine(sql: string, tokens: readonly Token[]): boolean {
  const words = tokens.slice(0, 4).map((token) => wordOf(sql, token));
  if (words[0] !== "create") return false;
  const kind = words[1] === "or" && words[2] === "replace" ? words[3] : words[1];
  return kind === "function" || kind === "procedure";
}

/** The first words of a statement in lower case, as many as there are up to `count`. */
export function leadingWords(sql: string, statement: Statement, count: number): string[] {
  return statement.tokens.slice(0, count).map((token) => wordOf(sql, token));
}
