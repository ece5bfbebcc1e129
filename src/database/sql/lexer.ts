/** Postgres' lexical structure, as far as it decides what is code and what is text. Pure; never fails. */

export type TokenKind =
  | "word" // keyword or unquoted identifier
  | "quoted" // "identifier", U&"…"
  | "string" // '…', E'…', B'…', X'…', N'…', U&'…'
  | "dollar" // $tag$…$tag$
  | "number"
  | "parameter" // $1
  | "comment"
  | "semicolon"
  | "symbol"; // one character of punctuation or of an operator

export interface Token {
  readonly kind: TokenKind;
  /** UTF-16 offsets into the source; end is exclusive. */
  readonly start: number;
  readonly end: number;
}

const SPACE = /[ \t\n\r\f\v]+/y;
const LINE_COMMENT = /--[^\n\r]*/y;
const WORD = /[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y;
const NUMBER =
  /(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:[0-9][0-9_]*)?\.?[0-9][0-9_]*\.?(?:[eE][+-]?[0-9]+)?)/y;
const PARAMETER = /\$[0-9]+/y;
const DOLLAR_QUOTE = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;
// Backslash escapes only in E-strings: standard_conforming_strings is on everywhere Flux runs.
const PLAIN_STRING = /(?:[uU]&|[bBxXnN])?'(?:[^']|'')*(?:'|$)/y;
const ESCAPE_STRING = /[eE]'(?:[^'\\]|''|\\[\s\S])*(?:'|\\?$)/y;
const QUOTED_IDENTIFIER = /(?:[uU]&)?"(?:[^"]|"")*(?:"|$)/y;

// Order matters: prefixed strings before words, comments before symbols.
const SIMPLE: ReadonlyArray<readonly [TokenKind, RegExp]> = [
  ["comment", LINE_COMMENT],
  ["string", ESCAPE_STRING],
  ["string", PLAIN_STRING],
  ["quoted", QUOTED_IDENTIFIER],
  ["word", WORD],
  ["number", NUMBER],
  ["parameter", PARAMETER],
];

/** The tokens of a script, comments included, blanks left out. What is not closed reaches to the end, as in Postgres. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < sql.length) {
    const blank = match(SPACE, sql, at);
    if (blank !== undefined) {
      at = blank;
      continue;
    }
    const token = next(sql, at);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

function next(sql: string, start: number): Token {
  if (sql.startsWith("/*", start)) return { kind: "comment", start, end: blockCommentEnd(sql, start) };
  for (const [kind, pattern] of SIMPLE) {
    const end = match(pattern, sql, start);
    if (end !== undefined) return { kind, start, end };
  }
  const opened = match(DOLLAR_QUOTE, sql, start);
  if (opened !== undefined) {
    const tag = sql.slice(start, opened);
    const closing = sql.indexOf(tag, opened);
    return { kind: "dollar", start, end: closing < 0 ? sql.length : closing + tag.length };
  }
  return { kind: sql[start] === ";" ? "semicolon" : "symbol", start, end: start + 1 };
}

/** Block comments nest in SQL. */
function blockCommentEnd(sql: string, start: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = start;
  let depth = 0;
  for (let found = edge.exec(sql); found !== null; found = edge.exec(sql)) {
    depth += found[0] === "/*" ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return sql.length;
}

function match(pattern: RegExp, sql: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(sql) ? pattern.lastIndex : undefined;
}

/** The word in lower case; empty for any other token. */
export function wordOf(sql: string, token: Token | undefined): string {
  return token?.kind === "word" ? sql.slice(token.start, token.end).toLowerCase() : "";
}
