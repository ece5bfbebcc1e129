import { describe, expect, it } from "vitest";
import { lintFiles } from "../../../../src/diagnosis/lint/lint.ts";
import { projectIdentity } from "../../../../src/project/identity.ts";
import type { ModeName } from "../../../../src/project/mode/types.ts";

const project = projectIdentity({ slug: "notes", hash: "1a2b3c4", id: "01234567-89ab-4f2b-a05c-7a1b4348fce4" });

function linesFound(sql: string, mode: ModeName = "v2"): number[] {
  const { findings } = lintFiles({ mode, project, files: [{ shown: "a.sql", sql }], ignore: [] });
  return findings.map(({ object }) => Number(object.split(":")[1]));
}

describe("a role that v2 does not have", () => {
  it.each([
    ["alter policy p on notes to authenticated;", [1]],
    ['create policy p on notes to "authenticated" using (true);', [1]],
    ["do $$\nbegin\n  execute 'grant select on notes to authenticated';\nend $$;", [3]],
    ["grant select on notes\n  to authenticated, service_role;", [2]],
    ["revoke all on notes from service_role;", [1]],
    ["set role authenticated;", [1]],
  ])("%s", (sql, lines) => {
    expect(linesFound(sql)).toEqual(lines);
  });

  it.each([
    "create policy p on notes to authenticated using (true);",
    "grant select on notes to authenticated;",
    "alter default privileges grant select on tables to authenticated;",
    "-- to authenticated\nselect 'alter policy p on notes to authenticated';",
    "create table sessions (authenticated boolean);",
    "update sessions set authenticated = true;",
  ])("not in %s", (sql) => {
    expect(linesFound(sql)).toEqual([]);
  });

  it("exists on v1", () => {
    expect(linesFound("alter policy p on notes to authenticated;", "v1")).toEqual([]);
  });
});
