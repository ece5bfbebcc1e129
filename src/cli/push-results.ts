/** What became of a push, target by target. Files run in order, each in a transaction of its own. Pure. */
import type { AppliedFile } from "../database/apply.ts";
import type { PlannedFile } from "../database/push/plan.ts";
import type { PushResult } from "../database/push/types.ts";
import type { PlannedTarget } from "../stack/push.ts";

export interface PushedTarget {
  readonly target: PlannedTarget;
  /** Of its files, in order; fewer than it has files when one of them failed. */
  readonly results: readonly PushResult[];
}

export function resultsByTarget(targets: readonly PlannedTarget[], applied: readonly AppliedFile[]): PushedTarget[] {
  let next = 0;
  return targets.map((target) => {
    const own = applied.slice(next, next + target.files.length);
    next += target.files.length;
    return { target, results: own.flatMap(({ result }) => result ?? []) };
  });
}

/** The targets up to the one that holds the file of the error, as far as they came; none when the error names no file. */
export function resultsUntil(targets: readonly PlannedTarget[], error: unknown): PushedTarget[] {
  const failed = fileOf(error);
  const placeIn = ({ files }: PlannedTarget) => files.findIndex(({ file }) => file.shown === failed);
  const last = targets.findIndex((target) => placeIn(target) >= 0);
  return targets.slice(0, last + 1).map((target) => {
    const place = placeIn(target);
    return { target, results: target.files.slice(0, place < 0 ? target.files.length : place).map(asPlanned) };
  });
}

function fileOf(error: unknown): string | undefined {
  const { file, details } = error as { file?: string; details?: { file?: string } };
  return file ?? details?.file;
}

const asPlanned = ({ state, checksum }: PlannedFile): PushResult => ({
  outcome: state === "applied" ? "skipped" : "applied",
  checksum,
  warnings: [],
  notices: [],
});
