import { describe, expect, it } from "vitest";
import { subselectOf, subselectsOf } from "../../../../src/diagnosis/policies/subselect.ts";
import { leavesOf, splitPredicate } from "../../../../src/diagnosis/predicates.ts";

const partsOf = async (text: string) => subselectOf(leavesOf(await splitPredicate(text))[0]?.leaf ?? null);

describe("the query of a policy, at its conditions", () => {
  it("EXISTS", async () => {
    expect(
      await partsOf(
        "(EXISTS ( SELECT 1 FROM m x WHERE ((x.a = t.a) AND (x.b = 'it''s AND'::text) AND ((x.c) OR (x.d)))))",
      ),
    ).toEqual({
      with: "",
      target: "1",
      from: "m x",
      conditions: ["x.a = t.a", "x.b = 'it''s AND'::text", "(x.c) OR (x.d)"],
      wanted: null,
    });
  });

  it("IN, with what it looks for", async () => {
    expect(await partsOf("(a IN ( SELECT m.a FROM m WHERE (m.b BETWEEN 1 AND 2)))")).toEqual({
      with: "",
      target: "m.a",
      from: "m",
      conditions: ["m.b BETWEEN 1 AND 2"],
      wanted: "a",
    });
    expect(await partsOf("(a IN ( SELECT m.a FROM m))")).toMatchObject({ conditions: [] });
  });

  it("WITH stays before it, and UNION makes several of it", async () => {
    const [leaf] = leavesOf(
      await splitPredicate(
        "a IN ( WITH w AS ( SELECT x FROM m WHERE y) SELECT w.x FROM w WHERE w.z UNION ALL SELECT n.b FROM n WHERE n.c LIMIT 9)",
      ),
    );
    const named = { with: "WITH w AS ( SELECT x FROM m WHERE y)", wanted: "a" };
    expect(subselectsOf(leaf?.leaf ?? null)).toEqual([
      { ...named, target: "w.x", from: "w", conditions: ["w.z"] },
      { ...named, target: "n.b", from: "n", conditions: ["n.c"] },
    ]);
  });

  it.each([
    "a = 1",
    "EXISTS ( SELECT 1 FROM m GROUP BY m.a )",
    "EXISTS ( SELECT 1 FROM m WHERE true OFFSET 1 )",
    "EXISTS ( SELECT 1 FROM m EXCEPT SELECT 1 FROM n )",
    "EXISTS ( SELECT 1 FROM m UNION SELECT 1 FROM n )",
    "a NOT IN (1, 2)",
  ])("%s is left whole", async (text) => {
    expect(await partsOf(text)).toBeUndefined();
  });
});
