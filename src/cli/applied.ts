/** What a push or a reset did, file by file, in the words of `flux push`. Pure. */
import type { AppliedFile, PushedTarget } from "../database/apply.ts";

/** Of a push the files that went through. */
export const appliedFiles = (pushed: readonly PushedTarget[]): AppliedFile[] =>
  pushed.flatMap(({ files }) =>
    files.flatMap(({ file, result }) => (result === null ? [] : [{ file, kind: "migration", result }])),
  );

export function appliedLines(applied: readonly AppliedFile[]): string[] {
  const lines = applied.map(({ file, kind, result }) => {
    if (kind === "seed") return `✓ ${file.shown} seeded`;
    return result?.outcome === "skipped" ? `✓ ${file.name} already applied` : `✓ ${file.name} applied`;
  });
  const migrations = applied.filter(({ kind }) => kind === "migration");
  const skipped = migrations.filter(({ result }) => result?.outcome === "skipped").length;
  return [...lines, `Done. ${migrations.length - skipped} applied, ${skipped} skipped.`];
}

/** The audit's warnings, each once, and what the SQL itself said. */
export function appliedRemarks(applied: readonly AppliedFile[]): string[] {
  const warnings = new Set(applied.flatMap(({ result }) => result?.warnings ?? []));
  const notices = applied.flatMap(({ result }) => result?.notices ?? []);
  return [...notices, ...[...warnings].map((text) => `⚠ ${text}`)];
}
