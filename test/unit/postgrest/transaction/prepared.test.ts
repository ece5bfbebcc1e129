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

it("evicts by the length of all texts too, and keeps no long one", () => {
  const prepared = new PreparedStatements();
  const long = (letter: string) => letter.repeat(20_000);
  for (let code = 0; code < 51; code += 1) prepared.confirm(long(String.fromCharCode(65 + code)), prepared.nextName());
  expect(prepared.evict()).toEqual(["s1"]);
  expect(prepared.evict()).toEqual([]);
  expect(prepared.keeps(long("A"))).toBe(true);
  expect(prepared.keeps(`${long("A")}A`)).toBe(false);
});

it("never gives a name twice, not even after a fresh start", () => {
  const prepared = new PreparedStatements();
  prepared.confirm("a", prepared.nextName());
  expect(prepared.clear()).toEqual(["s1"]);
  expect(prepared.find("a")).toBeUndefined();
  expect(prepared.nextName()).toBe("s2");
});
