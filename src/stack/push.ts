/** Pushing to a running stack: which files are meant, and what would become of them. */
import type { Client } from "pg";
import { type PlannedFile, planPush } from "../database/push/plan.ts";
import { type PushTarget, pushTarget } from "../project/discover.ts";
import type { ModeName } from "../project/mode/types.ts";
import type { Project } from "../project/project.ts";
import type { PushChoice } from "../project/push-choice.ts";

export interface PushRequest extends PushChoice {
  /** A .sql file or a directory, relative to where flux-dev was started; absent: the project's own. */
  readonly target?: string | undefined;
}

export interface PlanRequest extends PushRequest {
  /** As `--dry-run`: a checksum conflict or a file over the limit is an error. */
  readonly refuses: boolean;
}

export interface PlannedTarget extends Omit<PushTarget, "files"> {
  readonly files: readonly PlannedFile[];
}

/** Throws with the platform's texts. What the configuration names comes before the places where `flux push` looks. */
export function pushTargets(
  directory: string,
  project: Project,
  target: string | undefined,
  choice: PushChoice,
): PushTarget[] {
  if (target !== undefined) return [pushTarget(directory, target, choice)];
  const { migrations } = project.config;
  const named = migrations === undefined || migrations === false ? [undefined] : [migrations].flat();
  return named.map((argument) => pushTarget(project.directory, argument, choice));
}

export async function planTargets(
  client: Client,
  project: Project,
  mode: ModeName,
  targets: readonly PushTarget[],
  refuses: boolean,
): Promise<PlannedTarget[]> {
  const planned: PlannedTarget[] = [];
  for (const target of targets) {
    planned.push({ ...target, files: await planPush(client, project.identity, mode, target, refuses) });
  }
  return planned;
}
