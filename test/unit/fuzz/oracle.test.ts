import { describe, expect, it } from "vitest";
import { growth, type Reading } from "../../../scripts/fuzz/memory.ts";
import { strayText } from "../../../scripts/fuzz/statement-text.ts";

const readings = (change: (index: number) => Partial<Reading>): Reading[] =>
  Array.from({ length: 20 }, (_, index) => ({
    request: index,
    heap: 30,
    rss: 150,
    prepared: 500,
    backend: 30,
    ...change(index),
  }));

describe("memory", () => {
  it("that fills and stays is flat", () => {
    expect(growth(readings((index) => ({ heap: Math.min(20 + index * 3, 35) })))).toEqual([]);
    // A backend that began anew.
    expect(growth(readings((index) => (index < 12 ? { prepared: 100, backend: 9 } : {})))).toEqual([]);
  });

  it("that goes on growing is told", () => {
    expect(growth(readings((index) => ({ heap: 20 + index * 5 })))).toEqual(["heap grows: 55.0 MB, later 105.0 MB"]);
    expect(growth(readings((index) => ({ backend: 20 + index * 5 })))).toHaveLength(1);
  });
});

describe("a client's text in a statement", () => {
  it.each(['SELECT "zq1x""; drop zq1x" FROM "t" WHERE "a" = $1', 'SELECT CAST( "t"."a" AS zq1x $ ) FROM "t"'])(
    "may be a quoted name, or a cast's type: %s",
    (sql) => expect(strayText(sql)).toEqual([]),
  );

  it.each([
    ['SELECT "zq1x"; drop zq2x', 2],
    ["SELECT 'zq1x'", 1],
    ['SELECT CAST( "a" AS zq1x) )', 1],
    ['SELECT "a" -- "b"', 1],
  ])("is found elsewhere: %s", (sql, problems) => expect(strayText(sql)).toHaveLength(problems));
});
