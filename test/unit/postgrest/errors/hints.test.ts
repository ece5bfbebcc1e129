import { describe, expect, it } from "vitest";
import { closest, fuzzyMatches } from "../../../../src/postgrest/errors/fuzzy.ts";
import { functionHint, relationshipHint } from "../../../../src/postgrest/errors/hints.ts";
import {
  keyOf,
  type Relationship,
  type Routine,
  relationshipKey,
} from "../../../../src/postgrest/schema-cache/types.ts";

describe("the closest name", () => {
  it.each([
    ["percolator", ["Jurassic Park", "Terminator", "The Matrix"], "Terminator"],
    ["country", ["cities", "countries", "accounts"], "countries"],
    ["tags", ["tasks", "teams"], "tasks"],
    ["nope", ["notes", "people"], "notes"],
    ["FILMS", ["actors", "films"], "films"],
    ["x", ["completely", "different"], null],
    ["", ["a"], null],
    ["ab", [], null],
  ])("to %s of %j is %s", (wanted, names, expected) => {
    expect(closest(names, wanted)).toBe(expected);
  });

  it("is scored by edit distance", () => {
    expect(fuzzyMatches(["Shaggy Rogers", "Fred Jones", "Velma Dinkley"], "Shaggy Jones")).toEqual([
      { score: 10 / 13, text: "Shaggy Rogers" },
      { score: 0.5, text: "Fred Jones" },
    ]);
  });

  it("must share a piece, and a third of the text", () => {
    expect(fuzzyMatches(["xaz"], "a")).toEqual([]);
    expect(fuzzyMatches(["axxxxx"], "a")).toEqual([]);
    expect(fuzzyMatches(["axx"], "a")).toEqual([{ score: 1 / 3, text: "axx" }]);
  });
});

describe("a relationship that is not there", () => {
  const to = (name: string) => ({ kind: "relationship", foreignTable: { schema: "api", name } }) as Relationship;
  const from = (name: string, schema: string, foreign: string, ...names: string[]) =>
    [relationshipKey({ schema, name }, foreign), names.map(to)] as const;
  const relationships = new Map([
    from("films", "api", "api", "directors", "roles", "actors"),
    from("filmss", "api", "other", "roles"),
  ]);
  const hint = (parent: string, child: string, schema = "api") =>
    relationshipHint(parent, child, schema, relationships);

  it.each([
    ["a misspelt parent", "film", "directors", "Perhaps you meant 'films' instead of 'film'."],
    ["a misspelt child", "films", "role", "Perhaps you meant 'roles' instead of 'role'."],
    ["a parent far from all", "nothing_near", "roles", null],
    ["a child far from all", "films", "xyz", null],
    ["two that are right", "films", "actors", null],
  ])("%s", (_, parent, child, expected) => {
    expect(hint(parent, child)).toBe(expected);
  });

  it("looks for parents within the schema embedded from", () => {
    expect(hint("filmsss", "roles", "other")).toBe("Perhaps you meant 'filmss' instead of 'filmsss'.");
    expect(hint("films", "roles", "nope")).toBeNull();
  });
});

describe("a function that is not there", () => {
  const routine = (schema: string, name: string, ...names: string[]) =>
    ({ schema, name, parameters: names.map((parameter) => ({ name: parameter })) }) as unknown as Routine;
  const all = [routine("api", "test"), routine("api", "another"), routine("private", "other")];
  const routines = new Map(all.map((one) => [keyOf(one), [one]]));
  const overloads = [routine("api", "test", "val", "param", "name"), routine("api", "test", "id", "attr")];
  const hint = (name: string, names: string[], of: Routine[]) =>
    functionHint({ schema: "api", name }, names, routines, of);

  it.each([
    ["testt", "test"],
    ["other", "another"],
    ["xyz", null],
  ])("named like %s", (name, expected) => {
    expect(hint(name, ["val"], [])).toBe(expected && `Perhaps you meant to call the function api.${expected}`);
  });

  it.each([
    [["vall", "pqaram", "nam"], "(name, param, val)"],
    [["val", "param"], "(name, param, val)"],
    [["id", "attrs"], "(attr, id)"],
    [["id"], "(attr, id)"],
    [["nothing_near_at_all"], null],
  ])("with arguments like %j", (names, expected) => {
    expect(hint("test", names, overloads)).toBe(
      expected && `Perhaps you meant to call the function api.test${expected}`,
    );
  });
});
