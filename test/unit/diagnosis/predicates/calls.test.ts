import { describe, expect, it } from "vitest";
import { callsIn, deciding, searched } from "../../../../src/diagnosis/predicates/calls.ts";
import { splitPredicate } from "../../../../src/diagnosis/predicates.ts";

const calls = async (text: string) => callsIn((await splitPredicate(text)).text).map((one) => one.text);

describe("calls in a part of a policy", () => {
  it.each([
    ["is_member(notes.team, f('a)', 1))", ["is_member(notes.team, f('a)', 1))", "f('a)', 1)"]],
    ["(( SELECT app.mine(notes.id) AS mine))", ["app.mine(notes.id)"]],
    ["o = (tenant())::text", ["tenant()"]],
    ["EXISTS ( SELECT 1 FROM m WHERE (ok(m.id) AND (m.t = tenant())))", ["tenant()"]],
    ["a IN ( SELECT my_teams.my_teams FROM my_teams() my_teams(my_teams))", ["my_teams()"]],
    ["ü = 'ä' || f(x)", ["f(x)"]],
    ["f(VARIADIC ARRAY[a])", ["f(VARIADIC ARRAY[a])"]],
  ])("%s", async (text, found) => {
    expect(await calls(text)).toEqual(found);
  });

  it("arguments with and without names", async () => {
    const [site] = callsIn((await splitPredicate('may(o => org, "N" => f(1, 2))')).text);
    expect(site?.arguments).toEqual([
      { name: "o", text: "org" },
      { name: "N", text: "f(1, 2)" },
    ]);
  });
});

describe("calls that are the whole part", () => {
  it.each([
    ["is_member(t)", "is_member(t)"],
    ["( SELECT is_member(n.t) AS is_member)", "is_member(n.t)"],
    ["is_member(t) IS TRUE", "is_member(t)"],
    ["COALESCE(is_member(t), false)", "is_member(t)"],
    ["is_member(t) IS NOT TRUE", undefined],
    ["a = tenant()", undefined],
    ["EXISTS ( SELECT f() AS f FROM m)", undefined],
  ])("%s", async (text, call) => {
    expect(deciding(await splitPredicate(text))).toBe(call);
  });

  it.each([
    ["a IN ( SELECT my() AS my)", { call: "my()", column: null }],
    ["a IN ( SELECT m.y FROM my() m(x, y))", { call: "my()", column: { name: "y", place: 1 } }],
    ["a = ANY (my())", { call: "my()", column: null }],
    ["a = ANY (ARRAY( SELECT my() AS my))", { call: "my()", column: null }],
    ["a IN ( SELECT m.y FROM my() m(x, y) WHERE m.x)", undefined],
    ["a NOT IN ( SELECT my() AS my)", undefined],
    ["a = ANY (ARRAY['x', 'y'])", undefined],
  ])("%s looks among", async (text, found) => {
    const { leaf } = await splitPredicate(text);
    expect(searched(leaf)).toEqual(found === undefined ? undefined : { ...found, wanted: "a" });
  });
});
