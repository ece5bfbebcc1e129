/** A lint report as text and as JSON. Pure. */
import { plural } from "../words.ts";
import type { LintReport } from "./lint.ts";
import type { LintFinding } from "./types.ts";

export function renderLint({ mode, findings, silenced }: LintReport): string {
  const count = (severity: LintFinding["severity"]) => findings.filter((one) => one.severity === severity).length;
  const quiet = silenced === 0 ? "" : ` (${silenced} silenced)`;
  if (findings.length === 0) return `${mode}: nothing found${quiet}.\n`;
  const summary = `${mode}: ${plural(count("error"), "error")}, ${plural(count("warning"), "warning")}${quiet}.`;
  return `${[...findings.map(renderFinding), summary].join("\n\n")}\n`;
}

function renderFinding({ code, severity, object, message, reason, fix, source }: LintFinding): string {
  const place = source === undefined ? "" : `${source.file}:${source.line}: `;
  const sql = fix.sql === undefined ? [] : fix.sql.split("\n").map((line) => `      ${line}`);
  return [`${place}${severity} [${code}] ${object}`, `  ${message}`, `  ${reason}`, `  fix: ${fix.text}`, ...sql].join(
    "\n",
  );
}

/** Findings as they are; stable keys for machines. */
export const lintJson = (reports: readonly LintReport[]): string => `${JSON.stringify(reports, null, 2)}\n`;
