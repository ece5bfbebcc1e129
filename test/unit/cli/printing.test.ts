import { expect, test } from "vitest";
import { appliedLines, appliedRemarks } from "../../../src/cli/applied.ts";
import { stateText } from "../../../src/cli/commands/state.ts";
import { curl } from "../../../src/cli/summary.ts";
import { table } from "../../../src/cli/terminal.ts";
import type { AppliedFile } from "../../../src/database/apply.ts";
import type { StackInfo } from "../../../src/stack/info.ts";

const file = (name: string) => ({ name, path: `/p/${name}`, shown: `migrations/${name}` });
const result = (outcome: "applied" | "skipped", warnings: string[] = []) => ({
  outcome,
  checksum: "",
  warnings,
  notices: [],
});
const applied: AppliedFile[] = [
  { file: file("1.sql"), kind: "migration", result: result("skipped", ["RLS disabled on api.t"]) },
  { file: file("2.sql"), kind: "migration", result: result("applied", ["RLS disabled on api.t"]) },
  { file: file("seed.sql"), kind: "seed", result: undefined },
];

test("a push reads as flux push prints it", () => {
  expect(appliedLines(applied)).toEqual([
    "✓ 1.sql already applied",
    "✓ 2.sql applied",
    "✓ migrations/seed.sql seeded",
    "Done. 1 applied, 1 skipped.",
  ]);
});

test("a warning that every file repeats is given once", () => {
  expect(appliedRemarks(applied)).toEqual(["⚠ RLS disabled on api.t"]);
});

test("columns line up and no line ends in blanks", () => {
  expect(
    table([
      ["A", "B"],
      ["long", ""],
      ["x", "y"],
    ]),
  ).toEqual(["A     B", "long", "x     y"]);
});

test("lines to paste use double quotes only", () => {
  const info = { appUrl: "http://127.0.0.1:20000" } as StackInfo;
  expect(curl(info, { method: "GET", path: "/notes?select=*&limit=3", token: "a.b.c" })).toBe(
    'curl -i "http://127.0.0.1:20000/notes?select=*&limit=3" -H "Authorization: Bearer a.b.c"',
  );
  expect(curl(info, { method: "POST", path: "/notes", token: undefined })).toBe(
    'curl -i -X POST -H "Content-Type: application/json" -d "{}" "http://127.0.0.1:20000/notes"',
  );
});

test("a state that counts in another mode says so", () => {
  expect(stateText({ state: "dormant", mode: "v2" })).toBe("dormant");
  expect(stateText({ state: "active", mode: "v1" })).toBe("active");
  expect(stateText({ state: "dormant", mode: "v1" })).toContain("as soon as the mode is v2 again");
});
