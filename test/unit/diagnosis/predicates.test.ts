import { describe, expect, it } from "vitest";
import { leavesOf, type Predicate, splitPredicate } from "../../../src/diagnosis/predicates.ts";

/** The shape of a split, without facts: `and(a = b, or(…))`. */
const shape = (predicate: Predicate): string =>
  predicate.operator === null ? predicate.text : `${predicate.operator}(${predicate.parts.map(shape).join("; ")})`;

const shapeOf = async (text: string) => shape(await splitPredicate(text));
const leaf = async (text: string) => (await splitPredicate(text)).leaf;

describe("splitting at AND, OR and NOT", () => {
  it.each([
    ["((a = 1) AND (b = 2))", "and(a = 1; b = 2)"],
    ["(((a = 1) AND (b = 2)) AND (c = 3))", "and(a = 1; b = 2; c = 3)"],
    ["((a = 1) AND ((b = 2) OR (c = 3)))", "and(a = 1; or(b = 2; c = 3))"],
    ["a = 1 or b = 2 and c = 3", "or(a = 1; and(b = 2; c = 3))"],
    ["(NOT (a = 1))", "not(a = 1)"],
    ["not a = 1 and b", "and(not(a = 1); b)"],
    ["a BETWEEN 1 AND 2 AND b", "and(a >= 1; a <= 2; b)"],
    ["a NOT BETWEEN 1 AND 2", "a NOT BETWEEN 1 AND 2"],
    ["CASE WHEN a AND b THEN c ELSE d END OR e", "or(case(and(a; b); c; d); e)"],
    ["(title = 'this AND that')", "title = 'this AND that'"],
    ['("and" OR "a or b")', 'or("and"; "a or b")'],
    ["true", "true"],
  ])("%s", async (text, expected) => {
    expect(await shapeOf(text)).toBe(expected);
  });

  it("does not split inside a sub-select", async () => {
    const text = "(EXISTS ( SELECT 1 FROM members m WHERE ((m.team_id = teams.id) AND (m.user_id = auth.uid()))))";
    expect(leavesOf(await splitPredicate(text))).toHaveLength(1);
  });

  it("keeps what is no SQL in one piece", async () => {
    expect(await splitPredicate("a = = b AND")).toMatchObject({ text: "a = = b AND", leaf: { kind: "value" } });
  });
});

describe("leaves", () => {
  it("has both sides of a comparison", async () => {
    expect(await leaf("(owner_id = auth.uid())")).toMatchObject({
      kind: "comparison",
      operator: "=",
      left: { text: "owner_id", constant: false },
      right: { text: "auth.uid()", constant: false },
    });
    expect(await leaf("(a IS NOT DISTINCT FROM 'x'::text)")).toMatchObject({
      operator: "IS NOT DISTINCT FROM",
      right: { text: "'x'::text", constant: true },
    });
  });

  it("counts characters, not bytes, before the operator", async () => {
    expect(await leaf("('größe'::text = straße)")).toMatchObject({
      left: { text: "'größe'::text" },
      right: { text: "straße" },
    });
  });

  it("takes a qualified operator for one", async () => {
    expect(await leaf("(a OPERATOR(pg_catalog.=) b)")).toMatchObject({ operator: "=", right: { text: "b" } });
  });

  it("keeps the parentheses of a scalar sub-select", async () => {
    expect(await leaf("(owner_id = ( SELECT auth.uid() AS uid))")).toMatchObject({
      right: { text: "( SELECT auth.uid() AS uid)" },
    });
  });

  it("knows arrays, sub-selects, tests and calls", async () => {
    expect(await leaf("(role = ANY (ARRAY['a'::text, 'b'::text]))")).toMatchObject({
      kind: "array",
      operator: "= ANY",
      array: { text: "ARRAY['a'::text, 'b'::text]" },
    });
    expect(await leaf("role in ('a', 'b')")).toMatchObject({
      kind: "array",
      operator: "IN",
      array: { text: "'a', 'b'" },
    });
    expect(await leaf("(team_id IN ( SELECT m.team_id FROM members m))")).toMatchObject({
      kind: "in-select",
      left: { text: "team_id" },
      select: "SELECT m.team_id FROM members m",
    });
    expect(await leaf("(EXISTS ( SELECT 1 FROM members))")).toMatchObject({
      kind: "exists",
      select: "SELECT 1 FROM members",
    });
    expect(await leaf("(deleted_at IS NULL)")).toMatchObject({
      kind: "test",
      test: "IS NULL",
      operand: { text: "deleted_at" },
    });
    expect(await leaf("is_member(team_id, 'a,b'::text)")).toMatchObject({
      kind: "call",
      name: "is_member",
      arguments: [{ text: "team_id" }, { text: "'a,b'::text" }],
    });
  });
});

describe("facts", () => {
  const facts = async (text: string) => (await splitPredicate(text)).facts;

  it.each([
    "((current_setting('request.jwt.claims'::text, true))::json ->> 'org_id'::text)",
    "(((current_setting('request.jwt.claims'::text, true))::jsonb -> 'org_id'::text) ->> 'name'::text)",
    "((NULLIF(current_setting('request.jwt.claims'::text, true), ''::text))::json #>> '{org_id,name}'::text[])",
    "(( SELECT (current_setting('request.jwt.claims'::text, true))::json AS s) ->> 'org_id'::text)",
    "(((current_setting('request.jwt.claims'::text, true))::jsonb)['org_id'::text])",
    "(((current_setting('request.jwt.claims'::text, true))::jsonb)['org_id'::text]['name'::text])",
  ])("finds the claim in %s", async (text) => {
    expect((await facts(`(${text} = team)`)).claims).toEqual(["org_id"]);
  });

  it("tells settings that PostgREST does not set, and members of what functions return", async () => {
    expect(await facts("(current_setting('request.jwt.claim.sub', true) = owner)")).toMatchObject({
      legacyClaims: ["sub"],
      claims: [],
    });
    expect(await facts("(current_setting('app.tenant', true) = tenant)")).toMatchObject({ settings: ["app.tenant"] });
    expect(await facts("((auth.jwt() ->> 'org_id'::text) = org_id)")).toMatchObject({
      functions: ["auth.jwt"],
      members: [{ of: "auth.jwt", key: "org_id" }],
    });
    expect((await facts("((auth.jwt() -> 'app_metadata'::text)['org_id'::text] = to_jsonb(org_id))")).members).toEqual([
      { of: "auth.jwt", key: "app_metadata" },
    ]);
    expect((await facts("((auth.jwt())['org_id'::text] = to_jsonb(org_id))")).members).toEqual([
      { of: "auth.jwt", key: "org_id" },
    ]);
  });

  it("lists columns, functions and tables, but not the names of WITH", async () => {
    const found = await facts(
      "(id IN ( WITH mine AS (SELECT 1 FROM a) SELECT b.id FROM api.b JOIN mine ON true WHERE f(b.id)))",
    );
    expect(found.tables).toEqual(["api.b", "a"]);
    expect(found.functions).toEqual(["f"]);
    expect(found.columns).toContain("id");
  });

  it("notices casts to uuid of anything but a constant", async () => {
    expect((await facts("(owner = (auth.uid())::uuid)")).castsToUuid).toBe(true);
    expect((await facts("(owner = '00000000-0000-0000-0000-000000000000'::uuid)")).castsToUuid).toBe(false);
  });
});
