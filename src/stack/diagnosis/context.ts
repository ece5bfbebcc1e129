/** What a diagnosis is told about the stack: the one place where it learns of connections, secrets, users and files. */
import type { DiagnosisContext } from "../../diagnosis/context.ts";
import { sourceIndex, sqlTexts } from "../../diagnosis/sources.ts";
import { withClient } from "../../postgres/admin.ts";
import { migrationTargets, type Project } from "../../project/project.ts";
import type { Clock } from "../../time/clock.ts";
import type { LiveMode } from "../live-mode.ts";
import type { StateFile } from "../state.ts";
import { knownSecrets } from "./secrets.ts";

export interface DiagnosedStack {
  readonly directory: string;
  readonly project: Project;
  readonly state: StateFile;
  readonly clock: Clock;
}

/** `live` is the mode that the trace is of. */
export function diagnosisContext(
  { directory, project, state, clock }: DiagnosedStack,
  live: LiveMode,
): DiagnosisContext {
  return {
    project: project.identity,
    admin: (work) => withClient(live.databaseUrl, work),
    clock,
    secrets: knownSecrets(state.now.secrets, live.mode, directory),
    users: project.users.map(({ name, id }) => ({ name, id })),
    sourceOf: sourceIndex(projectSql(project)),
  };
}

/** The project's migrations as they are on disk now. */
export function projectSql(project: Project) {
  try {
    return sqlTexts(migrationTargets(project.directory, project.config.migrations, "migrations"));
  } catch {
    // A directory that went away since the start: nothing can be located then, and everything else still holds.
    return [];
  }
}
