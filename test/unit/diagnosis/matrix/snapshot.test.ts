import { describe, expect, it } from "vitest";
import { changeLines, compareMatrix } from "../../../../src/diagnosis/matrix/compare.ts";
import { matrixJunit, matrixMarkdown, matrixText } from "../../../../src/diagnosis/matrix/render.ts";
import { readSnapshot, writeSnapshot } from "../../../../src/diagnosis/matrix/snapshot.ts";
import type { Matrix } from "../../../../src/diagnosis/matrix/types.ts";
import { cell } from "./cells.ts";

const before: Matrix = {
  mode: "v2",
  cells: [
    cell("alice", "GET", "notes", { status: 200, rows: 2 }),
    cell("anon", "GET", "notes", { status: 401 }),
    cell("alice", "POST", 'Big "Table"', { status: 409, code: "23505" }),
    cell("alice", "DELETE", "notes", { status: 403, code: "42501" }),
    cell("alice", "PATCH", "notes", { status: 204, rows: 0 }),
  ],
};

const after: Matrix = {
  mode: "v2",
  cells: [
    ...before.cells.slice(0, 3),
    cell("alice", "DELETE", "notes", { status: 204, rows: 1 }),
    cell("bob", "GET", "notes", { status: 500, code: "42P17" }),
  ],
};

describe("a snapshot", () => {
  it("is one line per cell", () => {
    expect(writeSnapshot([before]).split("\n").slice(1)).toEqual([
      "v2 alice GET notes: 200 (2 rows)",
      "v2 anon GET notes: 401",
      'v2 alice POST "Big ""Table""": 409 23505',
      "v2 alice DELETE notes: 403 42501",
      "v2 alice PATCH notes: 204 (none)",
      "",
    ]);
  });

  it("comes back as it was, whatever the line ends", () => {
    expect(readSnapshot(writeSnapshot([before]).replaceAll("\n", "\r\n"))).toEqual([before]);
    const v1: Matrix = { ...before, mode: "v1" };
    expect(readSnapshot(writeSnapshot([v1, before]))).toEqual([v1, before]);
  });

  it("says which line cannot be read", () => {
    expect(() => readSnapshot("# head\nv2 alice LOOK notes: 200")).toThrow("Line 2 of the matrix snapshot");
  });
});

describe("a comparison", () => {
  it("tells changed, new and vanished cells", () => {
    expect(compareMatrix([before], [after]).map(({ text }) => text)).toEqual([
      "alice × notes × DELETE: 403 42501 → 204 (1 row)",
      "alice × notes × PATCH: gone, was 204 (none)",
      "bob × notes × GET: new, 500 42P17",
    ]);
  });

  it("tells a table that is gone in one line", () => {
    const cells = before.cells.filter(({ table }) => table !== "notes");
    const gone = before.cells.length - cells.length;
    expect(changeLines(compareMatrix([before], [{ ...before, cells }]))).toEqual([
      `v2  notes: gone, with its ${gone} cells`,
    ]);
    expect(changeLines(compareMatrix([before], [after]))).toContain("v2  alice × notes × PATCH: gone, was 204 (none)");
  });

  it("names all whom a change concerns in one line", () => {
    const opened = before.cells.map((one) =>
      one.verb === "GET" ? { ...one, status: 206, code: null, rows: 1, outcome: "allowed" as const } : one,
    );
    const subjects = opened.filter(({ verb }) => verb === "GET").map(({ subject }) => subject);
    const lines = changeLines(
      compareMatrix([{ ...before, cells: opened }], [{ ...before, cells: opened.map((one) => ({ ...one, rows: 3 })) }]),
    );
    expect(lines).toContain(`v2  ${subjects.join(" and ")} × notes × GET: 206 (1 row) → 206 (3 rows)`);
  });

  it("leaves a mode alone that only one side has", () => {
    expect(compareMatrix([before], [{ ...after, mode: "v1" }])).toEqual([]);
  });
});

describe("the matrix shown", () => {
  it("as text", () => {
    expect(matrixText([before]).split("\n").slice(0, 4)).toEqual([
      "v2",
      "notes  GET             POST  PATCH         DELETE",
      "alice  ✓ 200 (2 rows)  –     ∅ 204 (none)  ✗ 403 42501",
      "anon   ✗ 401           –     –             –",
    ]);
  });

  it("as Markdown", () => {
    expect(matrixMarkdown([before])).toContain(
      "### notes\n\n|  | GET | POST | PATCH | DELETE |\n| --- | --- | --- | --- | --- |\n| alice | ✓ 200 (2 rows) | – | ∅ 204 (none) | ✗ 403 42501 |",
    );
  });

  it("as JUnit: what changed has failed, what could not be found out is skipped", () => {
    const changes = compareMatrix([before], [after]);
    const lines = matrixJunit([after], changes)
      .split("\n")
      .map((line) => line.trim());
    expect(lines).toContain('<testsuite name="flux-dev matrix v2" tests="6" failures="3">');
    expect(lines).toContain('<testcase classname="notes" name="alice GET notes"/>');
    expect(lines).toContain(
      '<testcase classname="notes" name="alice DELETE notes"><failure message="alice × notes × DELETE: 403 42501 → 204 (1 row)"/></testcase>',
    );
    expect(lines).toContain('<testcase classname="Big &quot;Table&quot;" name="alice POST Big &quot;Table&quot;"/>');
    expect(matrixJunit([after])).toContain('name="bob GET notes"><skipped message="500 42P17"/>');
    const odd: Matrix = { mode: "v2", cells: [cell("alice", "GET", "a<b>&\n\u0001", { status: 200, rows: 0 })] };
    expect(matrixJunit([odd])).toContain('<testcase classname="a&lt;b&gt;&amp;&#10;\ufffd" name=');
  });
});
