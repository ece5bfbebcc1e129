/** What of a client's text stands in a statement, and whether Postgres can take it for anything but a name. */
import { markersIn } from "./values.ts";

/** The statement without what is quoted: names in double quotes, literals in single ones. Places keep their offsets. */
function unquoted(sql: string): string {
  return sql.replaceAll(/"(?:[^"]|"")*"|[eE]'(?:[^'\\]|''|\\[\s\S])*'|'(?:[^']|'')*'/g, (quoted) =>
    " ".repeat(quoted.length),
  );
}

/** The engine's own literals are few and never hold what a client sent. */
const literals = /[eE]'(?:[^'\\]|''|\\[\s\S])*'|'(?:[^']|'')*'/g;

/**
 * A cast's type stands bare, as in PostgREST, whose grammar admits letters, digits, `_`, `$` and blanks and nothing else:
 * quoted, `"bigint"` would be another type than `bigint`.
 */
const casts = / AS [\p{L}\d_ $]+ \)/gu;

/** Sentences on what is wrong; none when the client's text is confined to quoted names. */
export function strayText(sql: string): string[] {
  const problems: string[] = [];
  const names = sql.replaceAll(/"(?:[^"]|"")*"/g, "");
  for (const [literal] of names.matchAll(literals)) {
    if (markersIn(literal).length > 0) problems.push(`client's text in a literal: ${literal.slice(0, 120)}`);
  }
  const bare = unquoted(sql).replaceAll(casts, (cast) => " ".repeat(cast.length));
  for (const { 0: found, index = 0 } of markersIn(bare)) {
    problems.push(
      `client's text outside a quoted name: …${sql.slice(Math.max(0, index - 60), index + found.length + 40)}…`,
    );
  }
  if (/;|--|\/\*|["']/.test(bare)) problems.push(`the statement is not one statement: ${sql.slice(0, 400)}`);
  return problems;
}
