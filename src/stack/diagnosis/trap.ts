/** A trap at work: its project in a stack of its own that is gone afterwards, its requests asked and explained. */
import { ProjectSqlError } from "../../database/sql-error.ts";
import type { KnownUser } from "../../diagnosis/context.ts";
import { type LintReport, lintFiles } from "../../diagnosis/lint/lint.ts";
import { inProjectOf, type LoadedTrap, laterSql, type TrapVariant } from "../../diagnosis/traps/load.ts";
import { neighbourRequest } from "../../diagnosis/traps/request.ts";
import { isRequestCase, type TrapRequest } from "../../diagnosis/traps/schema.ts";
import type { Diagnosis } from "../../diagnosis/types.ts";
import type { ModeName } from "../../project/mode/types.ts";
import { loadProject } from "../../project/project.ts";
import type { RunningStack } from "../running-stack.ts";
import { startStack } from "../start.ts";
import { projectSql } from "./context.ts";

export interface TrapRun {
  readonly mode: ModeName;
  readonly requests: ReadonlyArray<{
    readonly request: TrapRequest;
    readonly status: number;
    readonly body: string;
    readonly diagnosis: Diagnosis;
  }>;
  readonly users: readonly KnownUser[];
  readonly lint: LintReport;
  /** How the push was refused: then there is no stack, and no request. */
  readonly refused?: string;
}

export interface TrapOptions {
  readonly mode: ModeName;
  readonly variant: TrapVariant;
  readonly onProgress?: (text: string) => void;
}

export const runTrap = (trap: LoadedTrap, options: TrapOptions): Promise<TrapRun> =>
  inProjectOf(trap, options.variant, (directory) => run(trap, directory, options));

async function run(trap: LoadedTrap, directory: string, { mode, variant, onProgress }: TrapOptions): Promise<TrapRun> {
  const project = await loadProject(directory);
  const users = project.users.map(({ name, id }) => ({ name, id }));
  try {
    const stack = await startStack({ directory, mode, throwAway: true, strict: true, onProgress });
    return await ask(stack).finally(() => stack.stop());
  } catch (error) {
    if (!(error instanceof ProjectSqlError)) throw error;
    const { identity, config } = project;
    const lint = lintFiles({ mode, project: identity, files: projectSql(project), ignore: config.lint.ignore });
    return { mode, requests: [], users, lint, refused: error.report() };
  }

  async function ask(stack: RunningStack): Promise<TrapRun> {
    const later = laterSql(trap, variant)?.replaceAll("{schema}", stack.info().apiSchema);
    if (later !== undefined) {
      await stack.withDatabase((client) => client.query(later));
      // PostgREST hears of it soon, and the request must not come before.
      if (later.includes("notify pgrst")) await stack.reload();
    }
    const requests: TrapRun["requests"][number][] = [];
    for (const one of trap.cases.filter(({ modes }) => modes.includes(mode))) {
      if (!isRequestCase(one)) continue;
      const request = variant === "broken" ? one.request : neighbourRequest(one);
      const trace = await stack.diagnosis.askTrap(request);
      const { status, body } = trace.response;
      requests.push({ request, status, body: body.toString(), diagnosis: await stack.diagnosis.explain(trace) });
    }
    return { mode, requests, users, lint: await stack.diagnosis.lint() };
  }
}
