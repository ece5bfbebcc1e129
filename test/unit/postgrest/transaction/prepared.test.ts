import { expect, it } from "vitest";
import { PreparedStatements } from "../../../../src/postgrest/transaction/prepared.ts";

it("evicts what was unused for longest", () => {
  const prepared = new PreparedStatements(2);
  for (const text of ["a", "b"]) prepared.confirm(text, prepared.nextName());
  expect(prepared.find("a")).toBe("s1");
  prepared.confirm("c", prepared.nextName());
  expect(prepared.evict()).toEqual(["s2"]);
  expect(prepared.find("b")).toBeUndefined();
  expect(prepared.find("a")).toBe("s1");
});

it("never gives a name twice, not even after a fresh start", () => {
  const prepared = new PreparedStatements();
  prepared.confirm("a", prepared.nextName());
  expect(prepared.clear()).toEqual(["s1"]);
  expect(prepared.find("a")).toBeUndefined();
  expect(prepared.nextName()).toBe("s2");
});
