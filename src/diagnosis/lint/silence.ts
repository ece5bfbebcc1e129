/** Findings that somebody has looked at and wants to hear no more of. Pure. */
import { lineAndColumn } from "../../database/sql/edits.ts";
import { type Token, tokenize } from "../../database/sql/lexer.ts";
import { splitStatements } from "../../database/sql/statements.ts";
import type { SqlText } from "../sources.ts";
import type { LintFinding } from "./types.ts";

const COMMENT = /flux-dev:\s*ignore\s+([a-z][a-z-]*(?:\s*,\s*[a-z][a-z-]*)*)/i;

/**
 * By configuration: a code, or `code:object` for one object. By comment: `-- flux-dev: ignore <code>, <code>` before,
 * inside or on the last line of the statement that made the object.
 */
export function silencer(ignore: readonly string[], files: readonly SqlText[]): (finding: LintFinding) => boolean {
  const configured = new Set(ignore);
  const commented = new Set(files.flatMap(commentedStatements));
  return ({ code, object, source }) =>
    configured.has(code) ||
    configured.has(`${code}:${object}`) ||
    configured.has(`${code}:${object.split(" ").at(-1)}`) ||
    (source !== undefined && commented.has(`${code} ${source.file}:${source.line}`));
}

function commentedStatements({ shown, sql }: SqlText): string[] {
  const statements = splitStatements(sql);
  return tokenize(sql).flatMap((token) => {
    const codes = codesOf(sql, token);
    if (codes.length === 0) return [];
    // The statement on whose last line it stands, else the one it stands in or before.
    const line = lineAndColumn(sql, token.start).line;
    const statement =
      statements.findLast(({ end }) => end <= token.start && lineAndColumn(sql, end).line === line) ??
      statements.find(({ end }) => end > token.start);
    if (statement === undefined) return [];
    const at = lineAndColumn(sql, statement.start).line;
    return codes.map((code) => `${code} ${shown}:${at}`);
  });
}

function codesOf(sql: string, token: Token): string[] {
  if (token.kind !== "comment") return [];
  const found = COMMENT.exec(sql.slice(token.start, token.end));
  return found === null ? [] : found[1]!.split(",").map((code) => code.trim());
}
