import { adaptSql } from "../../../database/sql/adapt.ts";
import { lineAndColumn } from "../../../database/sql/edits.ts";
import { type Token, wordOf } from "../../../database/sql/lexer.ts";
import { splitStatements } from "../../../database/sql/statements.ts";
import type { LintCatalog, LintFinding, LintRule } from "../types.ts";

/** Words after which a role is named. */
const BEFORE_ROLE = new Set(["to", "from", "by", "role", "group", ","]);
const IN_TEXT = /\b(?:to|from|role)\s+"?(authenticated|service_role)"?\b/gi;

/**
 * v2 has neither role. The push puts the tenant's role in the place of a bare `authenticated` in GRANT, REVOKE, ALTER
 * DEFAULT PRIVILEGES and CREATE POLICY; everywhere else the name stays and fails with 42704.
 */
export const roleNotRewritten: LintRule = {
  code: "role-not-rewritten",
  mode: "v2",
  check: (catalog) => catalog.files.flatMap(({ shown, sql }) => findIn(shown, sql, catalog)),
};

function findIn(file: string, sql: string, { names }: LintCatalog): LintFinding[] {
  const adapted = adaptSql(sql, names);
  return splitStatements(adapted.text).flatMap(({ tokens, start }) => {
    const changesRole = /^alter\s+role\b/i.test(adapted.text.slice(start));
    const found = tokens.flatMap((token, index) => rolesAt(adapted.text, token, tokens[index - 1]));
    return found.map(({ role, offset, how }): LintFinding => {
      const { line } = lineAndColumn(sql, adapted.sourceOffset(offset));
      const statement = lineAndColumn(sql, adapted.sourceOffset(start)).line;
      return {
        code: "role-not-rewritten",
        severity: "error",
        object: `${file}:${line}`,
        message: `Names the role ${role} ${how}, which v2 does not have: 42704 when it runs.`,
        ...adviceFor(role, changesRole),
        source: { file, line: statement },
      };
    });
  });
}

function adviceFor(role: string, changesRole: boolean): Pick<LintFinding, "reason" | "fix"> {
  if (changesRole)
    return {
      reason: "On v2 roles and their settings are the platform's; a push may not change them.",
      fix: { text: "Leave the statement out." },
    };
  if (role === "service_role")
    return { reason: "v2 has no role that steps over row security.", fix: { text: "Leave the role out." } };
  return {
    reason:
      "The push rewrites a bare authenticated in GRANT, REVOKE, ALTER DEFAULT PRIVILEGES and CREATE POLICY, and nowhere else.",
    fix: { text: "Use CREATE POLICY (after DROP POLICY) or a plain GRANT, with authenticated unquoted." },
  };
}

interface NamedRole {
  readonly role: string;
  readonly offset: number;
  readonly how: string;
}

function rolesAt(sql: string, token: Token, before: Token | undefined): NamedRole[] {
  const text = sql.slice(token.start, token.end);
  if (token.kind === "dollar") {
    return [...text.matchAll(IN_TEXT)].map((match) => ({
      role: match[1]!.toLowerCase(),
      offset: token.start + match.index,
      how: "inside a quoted body",
    }));
  }
  const quoted = token.kind === "quoted";
  const role = quoted ? text.slice(1, -1) : wordOf(sql, token);
  if (role !== "authenticated" && role !== "service_role") return [];
  const previous = before === undefined ? "" : sql.slice(before.start, before.end).toLowerCase();
  if (!BEFORE_ROLE.has(previous)) return [];
  return [{ role, offset: token.start, how: quoted ? "in quotes" : "where it is not rewritten" }];
}
