import { describe, expect, it } from "vitest";
import { ProjectSqlError } from "../../../src/database/sql-error.ts";

const error = new ProjectSqlError({
  file: "migrations/002.sql",
  message: "permission denied to create extension",
  sqlState: "42501",
  line: 3,
  column: 5,
  position: 12,
  statement: "create extension x\n  with schema y",
  hint: "Ask somebody.",
});

describe("an error in a project's SQL", () => {
  it("is reported with its place, its statement and the hint", () => {
    expect(error.report()).toBe(
      [
        "migrations/002.sql:3:5: permission denied to create extension (SQLSTATE 42501)",
        "  | create extension x",
        "  |   with schema y",
        "  hint: Ask somebody.",
      ].join("\n"),
    );
  });

  it("points at the place Postgres named, with the lines around it", () => {
    const statement = Array.from({ length: 12 }, (_, index) => `\tline ${index}`).join("\n");
    const marked = new ProjectSqlError({
      file: "a.sql",
      message: "no",
      sqlState: "42601",
      statement,
      mark: { line: 5, column: 6 },
    });
    expect(marked.report().split("\n").slice(1)).toEqual([
      "  | …",
      "  | \tline 3",
      "  | \tline 4",
      "  | \tline 5",
      "  | \t     ^",
      "  | \tline 6",
      "  | \tline 7",
      "  | \tline 8",
      "  | … (3 more lines)",
    ]);
  });

  it("has the platform's own one-line form", () => {
    expect(error.platformText()).toBe(
      "permission denied to create extension (SQLSTATE 42501; position 12; hint: Ask somebody.)",
    );
  });

  it("cuts long statements and copes without a place", () => {
    const long = new ProjectSqlError({
      file: "seed.sql",
      message: "no",
      sqlState: "23505",
      statement: Array.from({ length: 9 }, (_, index) => `line ${index}`).join("\n"),
    });
    expect(long.report().split("\n")).toHaveLength(8);
    expect(long.report()).toMatch(/^seed\.sql: no \(SQLSTATE 23505\)\n[\s\S]*\n {2}\| … \(3 more lines\)$/);
    expect(long.platformText()).toBe("no (SQLSTATE 23505)");
  });
});
