/** A trap at work: its project in a stack of its own that is gone afterwards, its requests asked and explained. */
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { ProjectSqlError } from "../../database/sql-error.ts";
import type { KnownUser } from "../../diagnosis/context.ts";
import { type LintReport, lintFiles } from "../../diagnosis/lint/lint.ts";
import { type LoadedTrap, laterSql, TRAPS_DIRECTORY, type TrapVariant } from "../../diagnosis/traps/load.ts";
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

export async function runTrap(trap: LoadedTrap, options: TrapOptions): Promise<TrapRun> {
  if (options.variant === "broken") return run(trap, trap.directory, options);
  const { root, directory } = await neighbourOf(trap);
  return run(trap, directory, options).finally(() => rm(root, { recursive: true, force: true }));
}

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

/** The trap's files with those of its neighbour over them, beside a copy of the users that all traps share. */
async function neighbourOf(trap: LoadedTrap): Promise<{ root: string; directory: string }> {
  const root = await mkdtemp(join(tmpdir(), "flux-dev-trap-"));
  const directory = join(root, basename(trap.directory));
  await cp(join(TRAPS_DIRECTORY, "users.json"), join(root, "users.json"));
  await cp(trap.directory, directory, { recursive: true });
  await cp(join(trap.directory, "neighbour"), directory, { recursive: true }).catch(ignoreMissing);
  return { root, directory };
}

/** Where only the request differs, the neighbour has no files. */
function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
