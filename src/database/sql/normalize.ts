/** What `flux push` does to a file before anything else, and the checksum it records. */
import { createHash } from "node:crypto";
import { applyEdits, type Edit, type EditedText } from "./edits.ts";

const TRANSACTION_TIMEOUT = /^\s*SET\s+transaction_timeout\s*=.*;\s*$/i;
const RESTRICT = /^\s*\\(?:un)?restrict\b/;

/**
 * The text the platform runs and hashes: the first `SET transaction_timeout = …;` line and all `\restrict` lines (newer
 * pg_dump writes both; Postgres 16 and the driver know neither) are gone, line ends are LF.
 */
export function normalizeSql(sql: string): EditedText {
  const edits: Edit[] = [];
  let timeoutSeen = false;
  for (const { start, end, next } of lines(sql)) {
    const line = sql.slice(start, end);
    const timeout: boolean = !timeoutSeen && TRANSACTION_TIMEOUT.test(line);
    timeoutSeen ||= timeout;
    if (timeout || RESTRICT.test(line)) edits.push({ start, end: next, text: "" });
    else if (next - end === 2) edits.push({ start: end, end: next, text: "\n" });
  }
  return applyEdits(sql, edits);
}

/** SHA-256 of the normalised text in hex; CRLF and LF files agree. */
export function checksumOf(sql: string): string {
  return createHash("sha256").update(normalizeSql(sql).text).digest("hex");
}

function* lines(sql: string): Generator<{ start: number; end: number; next: number }> {
  const lineEnd = /\r?\n/g;
  let start = 0;
  for (let found = lineEnd.exec(sql); found !== null; found = lineEnd.exec(sql)) {
    yield { start, end: found.index, next: lineEnd.lastIndex };
    start = lineEnd.lastIndex;
  }
  yield { start, end: sql.length, next: sql.length };
}
