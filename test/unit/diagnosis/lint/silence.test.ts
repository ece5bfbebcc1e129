import { describe, expect, it } from "vitest";
import { silencer } from "../../../../src/diagnosis/lint/silence.ts";
import type { LintFinding } from "../../../../src/diagnosis/lint/types.ts";

const finding = (code: string, line?: number, object = "table notes"): LintFinding => ({
  code,
  severity: "error",
  object,
  message: "",
  reason: "",
  fix: { text: "" },
  ...(line === undefined ? {} : { source: { file: "a.sql", line } }),
});

describe("silenced by configuration", () => {
  const isSilenced = silencer(["rls-off", "name-absorbed:admin"], []);

  it("a code everywhere, or for one object", () => {
    expect(isSilenced(finding("rls-off"))).toBe(true);
    expect(isSilenced(finding("name-absorbed", 1, "table admin"))).toBe(true);
    expect(isSilenced(finding("name-absorbed", 1, "table other"))).toBe(false);
    expect(isSilenced(finding("policy-recursion"))).toBe(false);
  });
});

describe("silenced by a comment", () => {
  const sql = `create table a (id int);
-- flux-dev: ignore rls-off, rls-without-policy (a list of colours)
create table b (
  id int /* flux-dev: ignore name-absorbed */
);
create table c (id int); -- flux-dev: ignore rls-off
create table d (id int);
select '-- flux-dev: ignore rls-off';
create table e (id int);
`;
  const isSilenced = silencer([], [{ shown: "a.sql", sql }]);

  it.each([
    ["rls-off", 1, false],
    ["rls-off", 3, true],
    ["rls-without-policy", 3, true],
    ["name-absorbed", 3, true],
    ["policy-recursion", 3, false],
    ["rls-off", 6, true],
    ["rls-off", 7, false],
    ["rls-off", 9, false],
  ])("%s of the statement in line %i: %s", (code, line, silent) => {
    expect(isSilenced(finding(code, line))).toBe(silent);
  });

  it("only where the place is known", () => {
    expect(isSilenced(finding("rls-off"))).toBe(false);
  });
});
