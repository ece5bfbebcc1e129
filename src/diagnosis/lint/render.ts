/** A lint report as text and as JSON. Pure. */
import { plural } from "../words.ts";
import type { LintReport } from "./lint.ts";
import type { LintFinding } from "./types.ts";

/** Findings of one kind stand together under what is wrong with them. */
export function renderLint({ mode, findings, silenced }: LintReport): string {
  const quiet = silenced === 0 ? "" : ` (${silenced} silenced)`;
  if (findings.length === 0) return `${mode}: nothing found${quiet}.\n`;
  const count = (severity: LintFinding["severity"]) => findings.filter((one) => one.severity === severity).length;
  const summary = `${mode}: ${plural(count("error"), "error")}, ${plural(count("warning"), "warning")}${quiet}.`;
  return `${[...groups(findings).map(renderGroup), summary].join("\n\n")}\n`;
}

function groups(findings: readonly LintFinding[]): LintFinding[][] {
  const byKind = new Map<string, LintFinding[]>();
  for (const finding of findings) {
    const kind = `${finding.severity} ${finding.code} ${finding.reason}`;
    byKind.set(kind, [...(byKind.get(kind) ?? []), finding]);
  }
  return [...byKind.values()];
}

function renderGroup(findings: readonly LintFinding[]): string {
  const { severity, code, reason } = findings[0]!;
  return [`${severity} ${code}`, `  ${reason}`, ...findings.map(renderFinding)].join("\n");
}

function renderFinding({ object, message, fix, source }: LintFinding): string {
  const place = source === undefined ? object : `${source.file}:${source.line}  ${object}`;
  const sql = fix.sql === undefined ? [] : fix.sql.split("\n").map((line) => `        ${line}`);
  return [`  ${place}`, `      ${message}`, `      fix: ${fix.text}`, ...sql].join("\n");
}

/** Findings as they are; stable keys for machines. */
export const lintJson = (reports: readonly LintReport[]): string => `${JSON.stringify(reports, null, 2)}\n`;
