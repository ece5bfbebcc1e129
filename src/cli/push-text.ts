/** What a push says, in the words of `flux push`. Pure. */
import type { PushedTarget } from "../database/apply.ts";
import type { RecordedMigration } from "../database/push/ledger.ts";
import type { PlannedFile } from "../database/push/plan.ts";
import type { PushResult } from "../database/push/types.ts";
import type { PushTarget, SqlFile } from "../project/discover.ts";
import type { StackInfo } from "../stack/info.ts";
import type { PlannedTarget } from "../stack/push.ts";
import { table } from "./terminal.ts";

export type PushProject = Pick<StackInfo, "slug" | "catalogMode" | "apiSchema">;

const hint = ({ catalogMode, apiSchema }: PushProject): string => `${catalogMode}, schema ${apiSchema}`;

const projectLine = (project: PushProject): string => `Project ${project.slug} (${hint(project)})`;

const header = (title: string, project: PushProject, target: Pick<PushTarget, "shown">): string[] => [
  title,
  `${projectLine(project)} · ${target.shown}`,
  "",
];

/** What `flux migrations list` prints. */
export function ledgerLines(project: PushProject, recorded: readonly RecordedMigration[]): string[] {
  const rows = recorded.map(({ version, appliedAt, checksum }) => [version, appliedAt, `${checksum.slice(0, 12)}…`]);
  return [
    "Flux migrations",
    projectLine(project),
    "",
    `Ledger: flux.flux_migrations (${recorded.length} applied)`,
    ...(rows.length === 0 ? ["(no migrations recorded yet)"] : table(rows)),
    "",
    "Do not edit a migration after it has been applied. Create a new migration instead.",
  ];
}

const count = (files: readonly PlannedFile[], state: PlannedFile["state"]): number =>
  files.filter((file) => file.state === state).length;

/** The preview of `--plan` or `--dry-run`. */
export function previewLines(project: PushProject, target: PlannedTarget, dryRun: boolean): string[] {
  if (target.kind === "file") return singlePreview(project, target, dryRun);
  const { files } = target;
  const [pending, applied, conflicts] = [count(files, "pending"), count(files, "applied"), count(files, "conflict")];
  const disputed = conflicts === 0 ? "" : `, ${conflicts} conflict(s)`;
  return [
    ...header(dryRun ? "Flux migrations (dry run)" : "Flux migrations (plan)", project, target),
    `Pending migrations: ${pending} (DDL summaries are heuristic — review SQL files for certainty.)`,
    ...files.flatMap(plannedLines),
    "",
    ...(dryRun
      ? [`Dry run OK. ${pending} would apply, ${applied} already applied.`]
      : [
          `Plan. ${pending} would apply, ${applied} in ledger${disputed}.`,
          "Plan only — no SQL was executed against the database.",
        ]),
  ];
}

/** The platform says "not recorded" of every single file; where that is not so, a second line puts it right. */
function singlePreview(project: PushProject, { shown, mode }: PlannedTarget, dryRun: boolean): string[] {
  return [
    `Would apply ${shown} to project ${project.slug} (${hint(project)})`,
    "Single-file push (raw SQL, not recorded in flux.flux_migrations).",
    ...(mode === "raw" ? [] : [`(flux-dev: this file is ${mode}, so a push records it.)`]),
    ...(dryRun ? ["Dry run OK. Nothing applied."] : []),
  ];
}

function plannedLines({ file, state, summary }: PlannedFile): string[] {
  if (state === "applied") return [`✓ ${file.name} already applied`];
  if (state === "conflict") {
    return [`✗ ${file.name} checksum conflict`, "  (run without --plan to see full details on failure)"];
  }
  const sections = summary.flatMap(({ heading, items }) => [`  ${heading}:`, ...items.map((item) => `    - ${item}`)]);
  const nothing = "  No obvious DDL patterns detected (heuristic — review SQL for certainty)";
  return [`→ ${file.name} would apply`, ...(sections.length === 0 ? [nothing] : sections)];
}

/** What a target's push came to, or how far it came. */
export function pushLines(project: PushProject, { target, files }: PushedTarget): string[] {
  if (target.kind === "directory") return directoryLines(project, target, files);
  const result = files[0]?.result ?? null;
  if (target.mode === "repeatable") return repeatableLines(target, result);
  if (target.mode === "versioned") return result === null ? [] : [fileLine(target.files[0]!, result)];
  const begun = `Applying ${target.shown} to project ${project.slug} (${hint(project)})…`;
  return result === null ? [begun] : [begun, "✓ SQL applied successfully."];
}

function directoryLines(project: PushProject, target: PushTarget, files: PushedTarget["files"]): string[] {
  const lines = header("Flux migrations", project, target);
  for (const { file, result } of files) {
    if (result?.outcome !== "skipped") lines.push(`→ ${file.name} applying...`);
    if (result !== null) lines.push(fileLine(file, result));
  }
  const through = files.filter(({ result }) => result !== null);
  if (through.length < target.files.length) return lines;
  const skipped = through.filter(({ result }) => result?.outcome === "skipped").length;
  return [...lines, "", `Done. ${through.length - skipped} applied, ${skipped} skipped.`];
}

const fileLine = ({ name }: SqlFile, { outcome }: PushResult): string =>
  `✓ ${name} ${outcome === "skipped" ? "already applied" : "applied"}`;

function repeatableLines({ id, shown, force }: PushTarget, result: PushResult | null): string[] {
  const script = id ?? shown;
  if (result?.outcome === "skipped") {
    return [`Repeatable script ${script} is unchanged; skipping.`, "Use --force to run anyway."];
  }
  const applying = `Applying repeatable script ${script}...`;
  if (result === null) return [applying];
  const { previousChecksum: previous, checksum } = result;
  return [
    ...(previous === undefined || previous === checksum
      ? []
      : [
          `Repeatable script ${script} changed since last successful run; reapplying.`,
          `Previous checksum: ${previous}`,
          `New checksum: ${checksum}`,
        ]),
    force && previous === checksum
      ? `Force applying repeatable script ${script} even though checksum is unchanged.`
      : applying,
    `Applied repeatable script ${script}.`,
    `Checksum: ${checksum}`,
  ];
}
