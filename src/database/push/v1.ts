/** How a push runs on v1: as psql would run it, statement by statement, as the superuser and without rewriting. */
import { type Client, escapeIdentifier as name } from "pg";
import type { ModeNames } from "../../project/mode/types.ts";
import { isDatabaseError } from "../script.ts";
import { type EditedText, lineAndColumn } from "../sql/edits.ts";
import { findTransactionEnd } from "../sql/scan.ts";
import { type Statement, splitStatements } from "../sql/statements.ts";
import { ProjectSqlError, placeError } from "../sql-error.ts";
import type { PushInput } from "./types.ts";

/** Runs the file's statements. Returns warnings of the emulator's own. */
export async function runAsSuperuser(
  client: Client,
  names: ModeNames,
  input: PushInput,
  normalized: EditedText,
): Promise<string[]> {
  await client.query(`set local search_path = ${name(names.schema)}, public`);
  const statements = splitStatements(normalized.text);
  for (const statement of statements) refusePsqlOnly(statement, input, normalized);
  for (const [index, statement] of statements.entries()) {
    try {
      await client.query(statement.text);
    } catch (error) {
      if (!isDatabaseError(error)) throw error;
      throw placeError(error, {
        file: input.shown,
        source: input.sql,
        sent: normalized,
        completed: index,
        offset: statement.start,
      });
    }
  }
  const ended = findTransactionEnd(normalized.text);
  if (ended === undefined) return [];
  const { line } = lineAndColumn(input.sql, normalized.sourceOffset(ended.statement.start));
  return [
    `${input.shown}:${line}: ${ended.command} ends the push's transaction; if a later statement or the security audit fails, what came before it stays.`,
  ];
}

/** Commands of psql itself and COPY's inline data need psql; the emulator has only the server. */
function refusePsqlOnly(statement: Statement, input: PushInput, normalized: EditedText): void {
  const text = statement.text;
  const meta = text.startsWith("\\");
  const copy = /^copy\b[\s\S]*\bfrom\s+stdin\b/i.test(text);
  if (!meta && !copy) return;
  throw new ProjectSqlError({
    file: input.shown,
    message: meta
      ? `psql command ${text.split(/\s/, 1)[0]} cannot be run by the emulator`
      : "COPY … FROM STDIN with inline data cannot be run by the emulator",
    sqlState: "0A000",
    ...lineAndColumn(input.sql, normalized.sourceOffset(statement.start)),
    statement: text.split("\n", 1)[0],
    hint: meta ? "Use SQL instead; v2 refuses psql commands too." : "Use INSERT, or load the file with flux-dev psql.",
  });
}
