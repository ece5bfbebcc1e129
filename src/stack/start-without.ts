/** A stack of a project whose SQL does not all run: what fails is left out, so that the rest can be looked at. */
import { readSql } from "../database/apply.ts";
import { withoutStatement } from "../database/sql/without.ts";
import { ProjectSqlError } from "../database/sql-error.ts";
import { loadProject } from "../project/project.ts";
import type { StackOptions } from "./ground.ts";
import type { RunningStack } from "./running-stack.ts";
import { startStack } from "./start.ts";

/** What builds on a statement that fails does so too, and each costs a start. */
const MOST = 10;

export interface StartedWithout {
  readonly stack: RunningStack;
  /** In the order they failed. */
  readonly left: readonly ProjectSqlError[];
}

/** Rejects like `startStack`, with the first error, where that is no single statement's, or too many fail. */
export async function startWithout(options: StackOptions): Promise<StartedWithout> {
  const sql = new Map<string, string>();
  const left: ProjectSqlError[] = [];
  for (;;) {
    try {
      return { stack: await startStack({ ...options, sql }), left };
    } catch (error) {
      if (!(error instanceof ProjectSqlError)) throw left[0] ?? error;
      left.push(error);
      if (left.length > MOST || !(await leaveOut(options.directory, sql, error))) throw left[0];
    }
  }
}

async function leaveOut(directory: string, sql: Map<string, string>, { details }: ProjectSqlError): Promise<boolean> {
  const { file, line, column } = details;
  if (line === undefined || column === undefined) return false;
  const { migrations, seeds } = await loadProject(directory);
  const found = [...migrations.flatMap(({ files }) => files), ...seeds].find(({ shown }) => shown === file);
  const text = found === undefined ? undefined : (sql.get(file) ?? readSql(found));
  const rest = text === undefined ? undefined : withoutStatement(text, { line, column });
  if (rest === undefined || rest === text) return false;
  sql.set(file, rest);
  return true;
}
