/** What a pushed script must not contain, found before a connection is opened. */
import { leadingWords, type Statement, splitStatements } from "./statements.ts";

// The platform looks at the plain text, so `UPDATE members SET role = …` and comments are hit as well. `SET SESSION ROLE`
// and set_config('role') slip through there and run as the superuser; that hole is closed here.
const ESCALATION =
  /\bset\s+(?:(?:local|session)\s+)?role\b|\bset\s+(?:local\s+)?session\s+authorization\b|\breset\s+role\b|\bset_config\s*\(\s*'(?:role|session_authorization)'/i;

export const ESCALATION_TEXT = "SQL contains disallowed privilege escalation statements";

/** The first piece of text that the platform takes for an attempt to change roles, and its offset. */
export function findEscalation(sql: string): { text: string; offset: number } | undefined {
  const found = ESCALATION.exec(sql);
  return found === null ? undefined : { text: found[0].replace(/\s+/g, " "), offset: found.index };
}

/** The first statement that would end the transaction a push runs in: COMMIT, END, ROLLBACK, ABORT, PREPARE TRANSACTION. */
export function findTransactionEnd(sql: string): { statement: Statement; command: string } | undefined {
  for (const statement of splitStatements(sql)) {
    const [first = "", second = "", third = ""] = leadingWords(sql, statement, 3);
    const toSavepoint = first === "rollback" && (second === "to" || third === "to");
    if (["commit", "end", "abort", "rollback"].includes(first) && !toSavepoint) {
      return { statement, command: first.toUpperCase() };
    }
    if (first === "prepare" && second === "transaction") return { statement, command: "PREPARE TRANSACTION" };
  }
  return undefined;
}
