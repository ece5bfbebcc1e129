/** The one place that says to a person what went wrong: what, why, what next. */
import { CommanderError } from "commander";
import type { PushRefused } from "../database/push/types.ts";
import type { ProjectSqlError } from "../database/sql-error.ts";
import { errorDim, errorRed, remark } from "./terminal.ts";

/** Ends the command with this exit code; whatever was to be said has been said. */
export class ExitWith extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}

export interface Explanation {
  readonly what: string;
  readonly why?: string | undefined;
  readonly next?: string | undefined;
  readonly code?: string | undefined;
}

/** Mistakes of JavaScript itself: nobody's input, our bug. */
const bugs = ["TypeError", "ReferenceError", "RangeError", "SyntaxError", "AssertionError", "EvalError"];

/** What helps where a call of the system failed, by Node's code. */
const remedies: Readonly<Record<string, string>> = {
  EACCES: "Change the permissions for this user, or work in another directory.",
  EPERM: "Change the permissions for this user, or work in another directory.",
  EROFS: "The file system is read-only; work in another directory.",
  ENOSPC: "The disk is full: free some space and try again.",
  EDQUOT: "The disk quota is used up: free some space and try again.",
};

/** What helps where Postgres itself refused to serve the stack, by SQLSTATE. */
const cures: Readonly<Record<string, string>> = {
  // The project's database is always there, unless somebody removed files of it.
  "3D000": "Its data are damaged: flux-dev up --fresh makes them anew from the project's files.",
  "53300": "Too many connections are open: close some of the app's and try again.",
};

/** Undefined for what no user can have caused. */
export function explain(error: unknown): Explanation | undefined {
  if (!(error instanceof Error) || bugs.includes(error.name)) return undefined;
  // By name: importing the classes would load the database room, which most commands can do without.
  if (error.name === "ProjectSqlError") {
    const { details } = error as ProjectSqlError;
    const { why, next = "Mend the file and run the command again.", sqlState } = details;
    return { what: (error as ProjectSqlError).report(), why, next, code: sqlState };
  }
  if (error.name === "PushRefused") {
    const { hint, sqlState, file } = error as PushRefused;
    // The platform's sentence stays as it is, for those who search for it.
    const why = file === undefined ? undefined : `The push of ${file} was refused.`;
    return { what: error.message, why, next: hint, code: sqlState };
  }
  const { why, next, code } = error as Error & Partial<Explanation>;
  if (why !== undefined || next !== undefined) return { what: error.message, why, next, code };
  const { syscall, severity } = error as NodeJS.ErrnoException & { severity?: string };
  if (severity !== undefined) return { what: `Postgres says: ${error.message}`, next: cures[code ?? ""], code };
  if (syscall !== undefined) return { what: `The system refused: ${error.message}`, next: remedies[code ?? ""], code };
  if (error.message === "Connection terminated unexpectedly") {
    return {
      what: "Postgres closed the connection in the middle of this.",
      next: "flux-dev logs and flux-dev logs --postgres v2 (or v1) say why.",
    };
  }
  // The platform's own texts are plain errors and stand for themselves.
  return { what: error.message, code };
}

/** Prints the error and returns the exit code. */
export function reportError(error: unknown, options: { json: boolean; debug: boolean }): number {
  if (error instanceof ExitWith) return error.exitCode;
  if (error instanceof CommanderError) {
    // Commander has printed its own message already, except where JSON was asked for. Help and version are no errors.
    if (options.json && !/^commander\.(?:help|version)/.test(error.code)) {
      const next = "--help shows a command's arguments and options.";
      remark(JSON.stringify({ error: { message: error.message.replace(/^error: /, ""), next, code: "USAGE" } }));
    }
    return error.exitCode;
  }
  const explanation = explain(error);
  if (options.json) {
    const { what, ...more } = explanation ?? apology(error);
    remark(JSON.stringify({ error: { message: what, ...more } }));
  } else {
    const { what, why, next } = explanation ?? apology(error);
    remark(`${errorRed("Error:")} ${what}`);
    if (why) remark(errorDim(`  why:  ${why}`));
    if (next) remark(`  next: ${next}`);
  }
  if (options.debug) remark(error instanceof Error ? (error.stack ?? String(error)) : String(error), causeOf(error));
  return (error as { exitCode?: number } | undefined)?.exitCode ?? 1;
}

function apology(error: unknown): Explanation {
  return {
    what: `Something went wrong inside flux-dev: ${error instanceof Error ? error.message : String(error)}`,
    why: "This is a mistake of flux-dev, not yours.",
    next: "Run the command again with --debug and report what it prints.",
  };
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause === undefined) return "";
  return `cause: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`;
}
