/** An error in the project's SQL, placed in the user's own file. */
import type { DatabaseError } from "pg";
import { PushRefused } from "./push/types.ts";
import { isDatabaseError } from "./script.ts";
import { type EditedText, lineAndColumn, offsetOfPosition } from "./sql/edits.ts";
import { type Statement, splitStatements } from "./sql/statements.ts";

export interface SqlErrorDetails {
  /** As shown to the user, relative to the project. */
  readonly file: string;
  readonly message: string;
  readonly sqlState: string;
  /** Both from 1, in the file as written; undefined when no place in it is to blame (a failing COMMIT, say). */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** The statement that failed, as it was run. */
  readonly statement?: string | undefined;
  /** Where in `statement` Postgres points, both from 0. */
  readonly mark?: { readonly line: number; readonly column: number } | undefined;
  /** As Postgres counted it, in the text it was sent: what the platform's API reports. */
  readonly position?: number | undefined;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  /** Postgres' account of the functions it was in. */
  readonly where?: string | undefined;
  /** What Flux's ways have to do with it, and what helps; neither is in `report()`. */
  readonly why?: string | undefined;
  readonly next?: string | undefined;
}

/** `message` is Postgres' (or the platform's) own sentence; `report()` is what a person should see. */
export class ProjectSqlError extends Error {
  override readonly name = "ProjectSqlError";
  readonly details: SqlErrorDetails;

  constructor(details: SqlErrorDetails, options?: ErrorOptions) {
    super(details.message, options);
    this.details = details;
  }

  /** `migrations/002.sql:3:14: message (SQLSTATE 42601)`, the statement with its line numbers, detail and hint. */
  report(): string {
    const { file, line, column, message, sqlState, statement, mark, detail, hint, where } = this.details;
    const place = [file, line, column].filter((part) => part !== undefined).join(":");
    return [
      `${place}: ${message} (SQLSTATE ${sqlState})`,
      ...(statement === undefined ? [] : excerpt(statement, mark)),
      ...(detail === undefined ? [] : [`  detail: ${detail}`]),
      ...(hint === undefined ? [] : [`  hint: ${hint}`]),
      ...(where === undefined ? [] : [`  in: ${where.split("\n")[0]}`]),
    ].join("\n");
  }

  /** The sentence of `flux push`: `<message> (SQLSTATE 42501; position 12; hint: …)`. */
  platformText(): string {
    const { message, sqlState, position, hint } = this.details;
    const notes = [
      `SQLSTATE ${sqlState}`,
      ...(position === undefined ? [] : [`position ${position}`]),
      ...(hint === undefined ? [] : [`hint: ${hint}`]),
    ];
    return `${message} (${notes.join("; ")})`;
  }
}

const EXCERPT_LINES = 6;

/** A few lines of the statement, around the mark if there is one, with a caret under it. */
function excerpt(statement: string, mark: SqlErrorDetails["mark"]): string[] {
  const lines = statement.split("\n");
  const first = mark === undefined ? 0 : Math.max(0, Math.min(mark.line - 2, lines.length - EXCERPT_LINES));
  const shown = lines.slice(first, first + EXCERPT_LINES).flatMap((line, index) => [
    `  | ${line}`,
    // Tabs stay tabs, or the caret would stand elsewhere.
    ...(mark?.line === first + index ? [`  | ${line.slice(0, mark.column).replace(/[^\t]/gu, " ")}^`] : []),
  ]);
  const left = lines.length - first - EXCERPT_LINES;
  return [...(first > 0 ? ["  | …"] : []), ...shown, ...(left > 0 ? [`  | … (${left} more lines)`] : [])];
}

/**
 * Places a Postgres error. `sent` leads from the text that was run back to `source`, the file. Postgres gives a position
 * for errors of parsing and analysis; for the others the number of completed statements tells which one was next.
 */
export function placeError(
  error: DatabaseError,
  at: { file: string; source: string; sent: EditedText; completed: number; offset?: number },
): ProjectSqlError {
  const position = error.position === undefined ? undefined : Number(error.position);
  const statements = splitStatements(at.sent.text);
  const offset =
    position === undefined
      ? undefined
      : (at.offset ?? 0) + offsetOfPosition(at.sent.text.slice(at.offset ?? 0), position);
  const statement = offset === undefined ? statements[at.completed] : statementAt(statements, offset);
  const place = offset ?? statement?.start;
  return new ProjectSqlError(
    {
      file: at.file,
      message: error.message,
      sqlState: error.code ?? "XX000",
      ...(place === undefined ? {} : lineAndColumn(at.source, at.sent.sourceOffset(place))),
      statement: statement?.text,
      mark: offset === undefined || statement === undefined ? undefined : markIn(statement, offset),
      position,
      detail: error.detail,
      hint: error.hint,
      where: error.where,
    },
    { cause: error },
  );
}

/** An error that no statement is to blame for, such as a refusal or a deferred constraint at COMMIT: only the file is known. */
export function placeInFile(error: unknown, file: string): unknown {
  if (error instanceof PushRefused) return error.of(file);
  if (!isDatabaseError(error)) return error;
  const { message, code = "XX000", detail, hint, where } = error;
  return new ProjectSqlError({ file, message, sqlState: code, detail, hint, where }, { cause: error });
}

function markIn(statement: Statement, offset: number): { line: number; column: number } {
  const before = statement.text.slice(0, Math.max(0, offset - statement.start)).split("\n");
  return { line: before.length - 1, column: before.at(-1)!.length };
}

function statementAt(statements: readonly Statement[], offset: number): Statement | undefined {
  return statements.findLast((statement) => statement.start <= offset);
}
