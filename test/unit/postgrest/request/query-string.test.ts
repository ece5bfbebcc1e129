import { describe, expect, it } from "vitest";
import { ask, refusal } from "./support.ts";

const params = (query: string) => ask(`GET /rpc/f?${query}`).queryParams;

describe("decoding", () => {
  it.each([
    ["a=x+y%20z", [["a", "x y z"]]],
    ["a=%2B", [["a", "+"]]],
    [
      "a=1;b=2",
      [
        ["a", "1"],
        ["b", "2"],
      ],
    ],
    ["a=1=2", [["a", "1=2"]]],
    ["a=%zz%2", [["a", "%zz%2"]]],
    ["a=%e2%82%AC", [["a", "€"]]],
    ["a=%EF%BB%BFx", [["a", "\ufeffx"]]],
    ["a%3Db=1", [["a=b".slice(0, 1), "1"]]],
    ["a=1&", [["a", "1"]]],
    ["a", []],
  ])("%s", (query, expected) => {
    expect(params(query).params).toEqual(expected);
  });

  it("takes text in process as it is", () => {
    expect(params("a=日本").params).toEqual([["a", "日本"]]);
  });

  it.each(["a=%FF", "%C3%28=1", "select=%FF", "limit=%FF", "x.order=%FF"])(
    "%s is no UTF-8: the web server's 500",
    (query) => {
      expect(refusal(() => params(query))).toMatchObject({ status: 500, body: null, text: "Something went wrong" });
    },
  );

  it("says what is wrong with a parameter before it looks at a later one", () => {
    expect(refusal(() => params("and=(a&%FF")).body?.code).toBe("PGRST100");
    expect(refusal(() => params("order=&%FF=1")).body?.code).toBe("PGRST100");
    expect(refusal(() => params("%FF=1&order=")).status).toBe(500);
    expect(refusal(() => params("and=(a&%FF=1")).status).toBe(500);
  });

  it("leaves bytes alone that nothing looks at", () => {
    expect(() => params("columns&columns=%FF")).not.toThrow();
  });

  it("takes a parameter without = for not given, though it hides a later one", () => {
    expect(ask("GET /films?select&select=id").queryParams.select).toMatchObject([{ field: { name: "*" } }]);
    expect(ask("GET /films?select=id&select=name").queryParams.select).toMatchObject([{ field: { name: "id" } }]);
  });
});

describe("the canonical form", () => {
  it.each([
    ["b=2&a=1&d", "a=1&b=2&d="],
    ["a=1&b=2&a=3", "a=1,3&b=2"],
    ["a=x,y&b=(z)*!'", "a=x%2Cy&b=%28z%29%2A%21%27"],
    ["a=é".replace("é", "%C3%A9"), "a=%C3%83%C2%A9"],
    ["a=x+y", "a=x%20y"],
    ["a=-_.~", "a=-_.~"],
    ["a=%00", "a=%00"],
    ["", ""],
  ])("of %s is %s", (query, canonical) => {
    expect(params(query).canonical).toBe(canonical);
  });
});
