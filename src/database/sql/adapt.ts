/** The rewriting of pushed SQL on v2, where neither `public` nor `authenticated` is what the author meant. */
import { applyEdits, type Edit, type EditedText } from "./edits.ts";
import { type Token, tokenize, wordOf } from "./lexer.ts";

export interface AdaptNames {
  readonly schema: string;
  readonly userRole: string;
}

/**
 * Rewrites code only: comments, strings, quoted identifiers and dollar-quoted bodies stay. Deliberately as narrow as the
 * platform's: ALTER POLICY, DO blocks, quoted "authenticated" and `service_role` are left to fail with 42704.
 */
export function adaptSql(sql: string, names: AdaptNames): EditedText {
  const edits: Edit[] = [];
  for (const tokens of plainStatements(sql)) {
    const words = tokens.map((token) => wordOf(sql, token));
    const has = (...phrase: string[]) =>
      words.some((_, index) => phrase.every((word, step) => words[index + step] === word));
    const grants = has("grant") || has("revoke");
    const defaults = has("alter", "default", "privileges");
    const schemaPhrases = [...(grants ? ["on"] : []), ...(defaults ? ["in"] : [])];
    const roles = grants || defaults || has("create", "policy");
    tokens.forEach((token, index) => {
      const follows = words[index - 1] === "schema" && schemaPhrases.includes(words[index - 2] ?? "");
      if (words[index] === "public" && follows) {
        edits.push({ start: token.start, end: token.end, text: `"${names.schema}"` });
      } else if (words[index] === "authenticated" && roles) {
        edits.push({ start: token.start, end: token.end, text: `"${names.userRole}"` });
      }
    });
  }
  return applyEdits(sql, edits);
}

/** The platform splits at every semicolon in code, unlike psql; harmless, since no rewritten statement nests. */
function plainStatements(sql: string): Token[][] {
  const statements: Token[][] = [[]];
  for (const token of tokenize(sql)) {
    if (token.kind === "comment") continue;
    if (token.kind === "semicolon") statements.push([]);
    else statements.at(-1)!.push(token);
  }
  return statements;
}
