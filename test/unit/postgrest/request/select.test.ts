import { describe, expect, it } from "vitest";
import type { SelectItem } from "../../../../src/postgrest/request/types.ts";
import { ask } from "./support.ts";

const select = (value: string) => ask(`GET /films?select=${encodeURIComponent(value)}`).queryParams.select;

const field = (name: string, more: Partial<Extract<SelectItem, { kind: "field" }>> = {}): SelectItem => ({
  kind: "field",
  field: { name, path: [] },
  aggregate: null,
  aggregateCast: null,
  cast: null,
  alias: null,
  ...more,
});

const relation = (name: string, more: Partial<Extract<SelectItem, { kind: "relation" }>> = {}): SelectItem => ({
  kind: "relation",
  relation: name,
  alias: null,
  hint: null,
  joinType: null,
  children: [field("*")],
  ...more,
});

describe("fields", () => {
  it.each([
    ["id", [field("id")]],
    ["*", [field("*")]],
    ["", []],
    ["id, full name ,x", [field("id"), field("full name"), field("x")]],
    ["with-dashes", [field("with-dashes")]],
    ['" a,b "', [field(" a,b ")]],
    ['"quo\\"te"', [field('quo"te')]],
    ["alias:id", [field("id", { alias: "alias" })]],
    ["id::text", [field("id", { cast: "text" })]],
    ["größe", [field("größe")]],
    ["a:b::c", [field("b", { alias: "a", cast: "c" })]],
  ])("%s", (value, expected) => {
    expect(select(value)).toEqual(expected);
  });
});

describe("paths into JSON", () => {
  const path = (value: string) => {
    const [item] = select(value);
    return item?.kind === "field" ? item.field.path : undefined;
  };
  it.each([
    ["data->a", [{ arrow: "->", operand: { kind: "key", value: "a" } }]],
    ["data->>a", [{ arrow: "->>", operand: { kind: "key", value: "a" } }]],
    ["data->0", [{ arrow: "->", operand: { kind: "index", value: "+0" } }]],
    ["data->-1", [{ arrow: "->", operand: { kind: "index", value: "-1" } }]],
    ['data->"1"', [{ arrow: "->", operand: { kind: "key", value: "1" } }]],
    ["data->!@#$%^&*_a", [{ arrow: "->", operand: { kind: "key", value: "!@#$%^&*_a" } }]],
    [
      "data->a-b->>1::int",
      [
        { arrow: "->", operand: { kind: "key", value: "a-b" } },
        { arrow: "->>", operand: { kind: "index", value: "+1" } },
      ],
    ],
  ])("%s", (value, expected) => {
    expect(path(value)).toEqual(expected);
  });
});

describe("aggregates", () => {
  it.each([
    ["count()", field("*", { aggregate: "count" })],
    ["n:count()::text", field("*", { aggregate: "count", aggregateCast: "text", alias: "n" })],
    ["price.sum()", field("price", { aggregate: "sum" })],
    ["price::int.avg()::text", field("price", { aggregate: "avg", cast: "int", aggregateCast: "text" })],
    ["a:price.min()", field("price", { aggregate: "min", alias: "a" })],
    ["count", field("count")],
  ])("%s", (value, expected) => {
    expect(select(value)).toEqual([expected]);
  });
});

describe("embeds", () => {
  it.each([
    ["clients(*)", relation("clients")],
    ["c:clients(*)", relation("clients", { alias: "c" })],
    ["clients!fk(*)", relation("clients", { hint: "fk" })],
    ["clients!inner(*)", relation("clients", { joinType: "inner" })],
    ["clients!left(*)", relation("clients", { joinType: "left" })],
    ["clients!fk!inner(*)", relation("clients", { hint: "fk", joinType: "inner" })],
    ["clients!inner!fk(*)", relation("clients", { hint: "fk", joinType: "inner" })],
    ["clients!inner!left(*)", relation("clients", { joinType: "inner" })],
    ["clients!INNER(*)", relation("clients", { hint: "INNER" })],
    ["clients()", relation("clients", { children: [] })],
    ["a(b(*))", relation("a", { children: [relation("b")] })],
    ["...clients!fk(*)", { kind: "spread", relation: "clients", hint: "fk", joinType: null, children: [field("*")] }],
  ])("%s", (value, expected) => {
    expect(select(value)).toEqual([expected]);
  });
});
