import { describe, expect, it } from "vitest";
import { ledgerLines, previewLines, pushLines } from "../../../src/cli/push-text.ts";
import type { PushedTarget } from "../../../src/database/apply.ts";
import type { PlannedFile } from "../../../src/database/push/plan.ts";
import type { PushResult } from "../../../src/database/push/types.ts";
import type { PlannedTarget } from "../../../src/stack/push.ts";

const project = { slug: "notes", catalogMode: "v2_shared", apiSchema: "t_0_api" } as const;
const planned = (name: string, state: PlannedFile["state"], summary: PlannedFile["summary"] = []): PlannedFile => ({
  file: { name, path: `/p/migrations/${name}`, shown: `migrations/${name}` },
  state,
  checksum: `sum-${name}`,
  summary,
});
const directory = (...files: PlannedFile[]): PlannedTarget => ({
  kind: "directory",
  shown: "migrations",
  mode: "versioned",
  files,
});
const file = (mode: PlannedTarget["mode"], more: Partial<PlannedTarget> = {}): PlannedTarget => ({
  kind: "file",
  shown: "views.sql",
  mode,
  files: [planned("views.sql", "pending")],
  ...more,
});
const result = (outcome: PushResult["outcome"], previousChecksum?: string): PushResult => ({
  outcome,
  checksum: "sum-views.sql",
  warnings: [],
  notices: [],
  ...(previousChecksum === undefined ? {} : { previousChecksum }),
});
/** The target's files with these results; the next one, if there is one, has begun and failed. */
const pushed = (target: PlannedTarget, ...results: PushResult[]): PushedTarget => ({
  target: { ...target, files: target.files.map(({ file: of }) => of) },
  files: target.files.slice(0, results.length + 1).map(({ file: of }, index) => ({
    file: of,
    result: results[index] ?? null,
  })),
});
const HEADER = "Project notes (v2_shared, schema t_0_api) · migrations";

describe("previews", () => {
  const target = directory(
    planned("1.sql", "applied"),
    planned("2.sql", "pending", [{ heading: "Creates", items: ["table a"] }]),
    planned("3.sql", "pending"),
    planned("4.sql", "conflict"),
  );

  it("list a directory's files, and count them", () => {
    expect(previewLines(project, target, false)).toEqual([
      "Flux migrations (plan)",
      HEADER,
      "",
      "Pending migrations: 2 (DDL summaries are heuristic — review SQL files for certainty.)",
      "✓ 1.sql already applied",
      "→ 2.sql would apply",
      "  Creates:",
      "    - table a",
      "→ 3.sql would apply",
      "  No obvious DDL patterns detected (heuristic — review SQL for certainty)",
      "✗ 4.sql checksum conflict",
      "  (run without --plan to see full details on failure)",
      "",
      "Plan. 2 would apply, 1 in ledger, 1 conflict(s).",
      "Plan only — no SQL was executed against the database.",
    ]);
    expect(previewLines(project, directory(planned("1.sql", "applied")), false).at(-2)).toBe(
      "Plan. 0 would apply, 1 in ledger.",
    );
  });

  it("end otherwise in a dry run", () => {
    const lines = previewLines(project, directory(planned("1.sql", "applied"), planned("2.sql", "pending")), true);
    expect([lines[0], lines.at(-1)]).toEqual([
      "Flux migrations (dry run)",
      "Dry run OK. 1 would apply, 1 already applied.",
    ]);
  });

  it("of a single file say what the platform says, and what it leaves out", () => {
    const said = [
      "Would apply views.sql to project notes (v2_shared, schema t_0_api)",
      "Single-file push (raw SQL, not recorded in flux.flux_migrations).",
    ];
    expect(previewLines(project, file("raw"), false)).toEqual(said);
    expect(previewLines(project, file("versioned"), true)).toEqual([
      ...said,
      "(flux-dev: this file is versioned, so a push records it.)",
      "Dry run OK. Nothing applied.",
    ]);
  });
});

describe("pushes", () => {
  it("tell of a directory file by file", () => {
    const target = directory(planned("1.sql", "applied"), planned("2.sql", "pending"));
    expect(pushLines(project, pushed(target, result("skipped"), result("applied")))).toEqual([
      "Flux migrations",
      HEADER,
      "",
      "✓ 1.sql already applied",
      "→ 2.sql applying...",
      "✓ 2.sql applied",
      "",
      "Done. 1 applied, 1 skipped.",
    ]);
  });

  it("that fail tell how far they came, and nothing of files that a conflict kept from running", () => {
    const target = directory(planned("1.sql", "applied"), planned("2.sql", "pending"), planned("3.sql", "pending"));
    expect(pushLines(project, pushed(target, result("skipped"), result("applied"))).slice(3)).toEqual([
      "✓ 1.sql already applied",
      "→ 2.sql applying...",
      "✓ 2.sql applied",
      "→ 3.sql applying...",
    ]);
    expect(pushLines(project, { ...pushed(target), files: [] })).toEqual(["Flux migrations", HEADER, ""]);
  });

  it("of single files", () => {
    const begun = "Applying views.sql to project notes (v2_shared, schema t_0_api)…";
    expect(pushLines(project, pushed(file("raw"), result("applied")))).toEqual([begun, "✓ SQL applied successfully."]);
    expect(pushLines(project, pushed(file("raw")))).toEqual([begun]);
    expect(pushLines(project, pushed(file("versioned"), result("skipped")))).toEqual(["✓ views.sql already applied"]);
    expect(pushLines(project, pushed(file("versioned")))).toEqual([]);
  });

  it("of repeatable scripts say why they run or do not", () => {
    const applied = ["Applied repeatable script views.sql.", "Checksum: sum-views.sql"];
    const repeatable = file("repeatable");
    expect(pushLines(project, pushed(repeatable, result("applied")))).toEqual([
      "Applying repeatable script views.sql...",
      ...applied,
    ]);
    expect(pushLines(project, pushed(repeatable, result("skipped")))).toEqual([
      "Repeatable script views.sql is unchanged; skipping.",
      "Use --force to run anyway.",
    ]);
    expect(pushLines(project, pushed(repeatable, result("applied", "sum-before")))).toEqual([
      "Repeatable script views.sql changed since last successful run; reapplying.",
      "Previous checksum: sum-before",
      "New checksum: sum-views.sql",
      "Applying repeatable script views.sql...",
      ...applied,
    ]);
    expect(pushLines(project, pushed(file("repeatable", { force: true }), result("applied", "sum-views.sql")))).toEqual(
      ["Force applying repeatable script views.sql even though checksum is unchanged.", ...applied],
    );
    expect(pushLines(project, pushed(file("repeatable", { id: "v" })))).toEqual(["Applying repeatable script v..."]);
  });
});

it("the ledger is a table, or says that it is empty", () => {
  const recorded = [
    { version: "10_a.sql", appliedAt: "2026-01-02T03:04:05.000Z", checksum: "0123456789abcdef" },
    { version: "9_longer.sql", appliedAt: "2026-01-02T03:04:06.000Z", checksum: "fedcba9876543210" },
  ];
  expect(ledgerLines(project, recorded).slice(2, 6)).toEqual([
    "",
    "Ledger: flux.flux_migrations (2 applied)",
    "10_a.sql      2026-01-02T03:04:05.000Z  0123456789ab…",
    "9_longer.sql  2026-01-02T03:04:06.000Z  fedcba987654…",
  ]);
  expect(ledgerLines(project, [])).toContain("(no migrations recorded yet)");
});
