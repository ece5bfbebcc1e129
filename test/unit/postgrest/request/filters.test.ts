import { describe, expect, it } from "vitest";
import { ask } from "./support.ts";

const params = (query: string) => ask(`GET /films?${query}`).queryParams;
const operation = (value: string) => {
  const expr = params(`id=${encodeURIComponent(value)}`).filtersRoot[0]?.expr;
  return expr?.kind === "op" ? [expr.negated, expr.operation] : expr;
};

describe("operators", () => {
  it.each([
    ["eq.1", false, { kind: "quant", op: "eq", quantifier: null, value: "1" }],
    ["not.eq.1", true, { kind: "quant", op: "eq", quantifier: null, value: "1" }],
    ["gte.1", false, { kind: "quant", op: "gte", quantifier: null, value: "1" }],
    ["lt.", false, { kind: "quant", op: "lt", quantifier: null, value: "" }],
    ["eq(any).{1,2}", false, { kind: "quant", op: "eq", quantifier: "any", value: "{1,2}" }],
    ["like(all).{a*,*b}", false, { kind: "quant", op: "like", quantifier: "all", value: "{a*,*b}" }],
    ["neq.1", false, { kind: "simple", op: "neq", value: "1" }],
    ["nxr.[1,2)", false, { kind: "simple", op: "nxr", value: "[1,2)" }],
    ['in.(1,"a,b","c\\"d",e"f)', false, { kind: "in", values: ["1", "a,b", 'c"d', 'e"f'] }],
    ["in.()", false, { kind: "in", values: [""] }],
    [" eq.1".trim(), false, { kind: "quant", op: "eq", quantifier: null, value: "1" }],
    ["is.null", false, { kind: "is", value: "null" }],
    ["is.TRUE", false, { kind: "is", value: "true" }],
    ["not.is.unknown", true, { kind: "is", value: "unknown" }],
    ["isdistinct.1", false, { kind: "isdistinct", value: "1" }],
    ["fts.a b", false, { kind: "fts", op: "fts", language: null, value: "a b" }],
    ["wfts(english).a or b", false, { kind: "fts", op: "wfts", language: "english", value: "a or b" }],
    ["eq.a.b,c", false, { kind: "quant", op: "eq", quantifier: null, value: "a.b,c" }],
  ])("%s", (value, negated, expected) => {
    expect(operation(value)).toEqual([negated, expected]);
  });

  it("a list may have blanks around its parentheses, kept inside", () => {
    expect(operation("in. (1, 2) ")).toEqual([false, { kind: "in", values: ["1", " 2"] }]);
  });
});

describe("where a filter belongs", () => {
  it("goes by the path of its name", () => {
    const { filters, filtersRoot, filtersNotRoot, filterFields } = params("a.b.c=eq.1&d-%3E%3Ee=eq.2");
    expect(filters.map(([path, { field }]) => [path, field.name])).toEqual([
      [["a", "b"], "c"],
      [[], "d"],
    ]);
    expect(filtersRoot).toMatchObject([{ field: { name: "d", path: [{ arrow: "->>" }] } }]);
    expect(filtersNotRoot).toHaveLength(1);
    expect([...filterFields]).toEqual(["a.b.c", "d->>e"]);
  });

  it("quoted names may hold dots", () => {
    expect(params("%22a.b%22=eq.1").filtersRoot[0]?.field.name).toBe("a.b");
  });

  it("reserved words count by the last part of a name, and whole for the others", () => {
    const { filtersRoot, filters } = params(
      "select=a&a.select=eq.1&x.order=id&limit=1&y.or=(a.eq.1)&columns=a&on_conflict=a",
    );
    expect(filtersRoot).toEqual([]);
    expect(filters.map(([path, { field }]) => [path, field.name])).toEqual([[["a"], "select"]]);
  });
});

describe("logic", () => {
  it("nests, negates and takes quoted values, arrays and blanks", () => {
    const query = encodeURIComponent('(a.eq."x,y", not.or ( b.is.null , c.cs.{1,2}) ,d->>e.not.eq.z)');
    expect(params(`and=${query}`).logic).toMatchObject([
      [
        [],
        {
          kind: "expr",
          operator: "and",
          negated: false,
          children: [
            { kind: "filter", filter: { field: { name: "a" }, expr: { operation: { value: "x,y" } } } },
            {
              kind: "expr",
              operator: "or",
              negated: true,
              children: [
                { kind: "filter", filter: { field: { name: "b" } } },
                { kind: "filter", filter: { expr: { operation: { op: "cs", value: "{1,2}" } } } },
              ],
            },
            { kind: "filter", filter: { field: { name: "d", path: [{ arrow: "->>" }] }, expr: { negated: true } } },
          ],
        },
      ],
    ]);
  });

  it("a blank before the closing parenthesis is taken for the one before a comma, except in a plain value", () => {
    expect(() => params("and=(a.eq.{1}+)")).toThrow("failed to parse logic tree");
    expect(params("and=(a.eq.x+)").logic).toMatchObject([
      [[], { children: [{ filter: { expr: { operation: { value: "x " } } } }] }],
    ]);
  });

  it.each([
    ["a.b.or", ["a", "b"], "or", false],
    ["a.not.and", ["a"], "and", true],
    ["not.or", [], "or", true],
  ])("%s names level and operator", (name, path, operator, negated) => {
    expect(params(`${name}=(x.eq.1)`).logic).toMatchObject([[path, { operator, negated }]]);
  });
});

describe("calls by GET", () => {
  const call = (query: string, method = "GET") => ask(`${method} /rpc/f?${query}`).queryParams;

  it("take values without an operator as arguments, in order, repeated or not", () => {
    const { params, filtersRoot, filterFields } = call("b=2&a=1&a=3&c=eq.4&d=");
    expect(params).toEqual([
      ["b", "2"],
      ["a", "1"],
      ["a", "3"],
      ["d", ""],
    ]);
    expect(filtersRoot.map(({ field }) => field.name)).toEqual(["c"]);
    expect([...filterFields]).toEqual(["b", "a", "c", "d"]);
  });

  it("do so by HEAD too, but not by POST", () => {
    expect(call("a=1", "HEAD").params).toEqual([["a", "1"]]);
    expect(() => call("a=1", "POST")).toThrow("failed to parse filter (1)");
  });

  it("still refuse an operator that is begun and not ended", () => {
    expect(() => call("a=in.1")).toThrow("failed to parse filter (in.1)");
    expect(() => call("a=not.1")).toThrow("failed to parse filter (not.1)");
    expect(call("a=int.1").params).toEqual([["a", "int.1"]]);
  });
});

describe("order", () => {
  it("knows direction, nulls, JSON and embedded relations", () => {
    const value = "+a.desc.nullslast,+b-%3E0.asc,clients(name).nullsfirst,%22c.d%22";
    expect(params(`order=${value}&clients.order=x`).order).toEqual([
      [
        [],
        [
          { kind: "field", field: { name: "a", path: [] }, direction: "desc", nulls: "nullslast" },
          {
            kind: "field",
            field: { name: "b", path: [{ arrow: "->", operand: { kind: "index", value: "+0" } }] },
            direction: "asc",
            nulls: null,
          },
          {
            kind: "relation",
            relation: "clients",
            field: { name: "name", path: [] },
            direction: null,
            nulls: "nullsfirst",
          },
          { kind: "field", field: { name: "c.d", path: [] }, direction: null, nulls: null },
        ],
      ],
      [["clients"], [{ kind: "field", field: { name: "x", path: [] }, direction: null, nulls: null }]],
    ]);
  });
});

it("columns are a set in ascending order, conflict targets a list as written", () => {
  const { columns, onConflict } = params("columns=b,%22a%22,b&on_conflict=b,a");
  expect([...(columns ?? [])]).toEqual(["a", "b"]);
  expect(onConflict).toEqual(["b", "a"]);
  expect(params("id=eq.1")).toMatchObject({ columns: null, onConflict: null });
});
