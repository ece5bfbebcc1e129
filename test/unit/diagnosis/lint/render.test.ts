import { expect, it } from "vitest";
import { renderLint } from "../../../../src/diagnosis/lint/render.ts";
import type { LintFinding } from "../../../../src/diagnosis/lint/types.ts";

const warning = (object: string, line: number): LintFinding => ({
  code: "policy-call-per-row",
  severity: "warning",
  object,
  message: "Calls auth.uid() for every row.",
  reason: "As a sub-select it is asked once.",
  fix: { text: "Wrap it.", sql: `alter ${object};` },
  source: { file: "migrations/001.sql", line },
});

const open: LintFinding = {
  code: "rls-off",
  severity: "error",
  object: "table colours",
  message: "Row security is off.",
  reason: "A privilege is a privilege on all rows.",
  fix: { text: "Switch it on." },
};

it("puts findings of one kind together", () => {
  const findings = [warning("policy a on notes", 3), open, warning("policy b on notes", 7)];
  expect(renderLint({ mode: "v2", findings, silenced: 2 })).toBe(`warning policy-call-per-row
  As a sub-select it is asked once.
  migrations/001.sql:3  policy a on notes
      Calls auth.uid() for every row.
      fix: Wrap it.
        alter policy a on notes;
  migrations/001.sql:7  policy b on notes
      Calls auth.uid() for every row.
      fix: Wrap it.
        alter policy b on notes;

error rls-off
  A privilege is a privilege on all rows.
  table colours
      Row security is off.
      fix: Switch it on.

v2: 1 error, 2 warnings (2 silenced).
`);
});

it("says when there is nothing", () => {
  expect(renderLint({ mode: "v1", findings: [], silenced: 0 })).toBe("v1: nothing found.\n");
});
