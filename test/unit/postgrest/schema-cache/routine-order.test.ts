import { expect, test } from "vitest";
import { compareRoutines } from "../../../../src/postgrest/schema-cache/routine-order.ts";
import type { Routine } from "../../../../src/postgrest/schema-cache/types.ts";

const routine = (parameters: readonly string[], more: Partial<Routine> = {}): Routine => ({
  schema: "api",
  name: "f",
  description: null,
  parameters: parameters.map((text) => {
    const [name = "", type = "text"] = text.split(":");
    return { name, type, typeMaxLength: type, required: true, variadic: false };
  }),
  returnType: { setOf: false, type: { kind: "scalar", type: { schema: "pg_catalog", name: "int4" } } },
  volatility: "volatile",
  hasVariadic: false,
  isolationLevel: null,
  settings: [],
  ...more,
});

test.each<[string, Routine, Routine]>([
  ["fewer parameters, whatever their names", routine(["z"]), routine(["a", "b"])],
  ["no description", routine(["a"]), routine(["a"], { description: "" })],
  ["the description before the parameters", routine(["b"], { description: "a" }), routine(["a"], { description: "b" })],
  ["names of parameters", routine(["a:text"]), routine(["b:int"])],
  ["types of parameters", routine(["a:integer"]), routine(["a:text"])],
  ["volatility", routine([]), routine([], { volatility: "stable" })],
  ["no isolation level", routine([]), routine([], { isolationLevel: "read committed" })],
  ["no settings", routine([]), routine([], { settings: [["a", "b"]] })],
])("overloads are ordered by %s", (_what, first, second) => {
  expect([second, first].sort(compareRoutines)).toEqual([first, second]);
  expect(compareRoutines(first, first)).toBe(0);
});
