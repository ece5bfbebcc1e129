import { describe, expect, it } from "vitest";
import { type Asked, api, foreignKey, plan, planned, refusal, relationship, schemaCache, table } from "./support.ts";

const cache = schemaCache({
  tables: [
    table("items", { id: "integer", name: "text = 'x'", owner_id: "integer", no: "ticket" }),
    table("owners", { id: "integer" }),
    table("stock", { sku: "text", place: "text", qty: "integer" }, ["sku", "place"]),
    table("log", { line: "text" }, []),
  ],
  relationships: [
    ...foreignKey("items", "owner_id", "owners"),
    relationship("items", "tags", {
      kind: "M2M",
      junction: {
        table: api("item_tags"),
        constraint1: "a",
        constraint2: "b",
        sourceColumns: [["code", "item_code"]],
        targetColumns: [["id", "tag_id"]],
      },
    }),
    {
      kind: "computed",
      function: api("newest"),
      table: api("items"),
      foreignTable: api("owners"),
      tableAlias: { schema: "", name: "" },
      toOne: true,
      isSelf: false,
    },
  ],
  representations: { "json>ticket": "ticket_in" },
});

const prefer = (...values: string[]) => ({ headers: values.map((value) => ["Prefer", value] as const) });
const write = (line: string, asked: Asked = {}) =>
  planned("mutate", plan(cache, line, { body: "{}", ...asked })).mutate;
const refused = (line: string, asked: Asked = {}) => refusal(() => write(line, asked));

describe("columns written", () => {
  it("are those of the body by code point, with type, default and representation", () => {
    expect(write("POST /items", { body: '[{"no":1,"name":"a"}]' })).toMatchObject({
      kind: "insert",
      columns: [
        { name: "name", irType: "text", default: "'x'", transform: null },
        { name: "no", irType: "json", transform: "ticket_in" },
      ],
    });
  });

  it("must be known, in the words of the version", () => {
    const body = '{"nope":1}';
    expect(refused("PATCH /items", { body })).toMatchObject({
      status: 400,
      code: "PGRST204",
      message: "Could not find the 'nope' column of 'items' in the schema cache",
    });
    expect(refused("PATCH /items", { body, version: "12.0" }).message).toBe(
      "Column 'nope' of relation 'items' does not exist",
    );
  });

  it("make an unknown table a bare 404; without any Postgres is asked", () => {
    expect(refused("POST /ghosts", { body: '{"a":1}' })).toEqual({ status: 404 });
    expect(write("POST /ghosts")).toMatchObject({ columns: [], primaryKey: [] });
  });
});

describe("columns returned", () => {
  const returned = (select: string) =>
    write(`PATCH /items?select=${select}`, prefer("return=representation")).returning;

  it("are none when nothing is asked for", () => {
    expect(write("PATCH /items?select=id").returning).toEqual([]);
    expect(write("PATCH /items?select=id", prefer("return=minimal")).returning).toEqual([]);
  });

  it("are those selected, those embeds join on, and the key", () => {
    expect(returned("name")).toEqual(["id", "name"]);
    expect(returned("name,owners(*)")).toEqual(["id", "name", "owner_id"]);
    expect(returned("name,tags(*)")).toEqual(["code", "id", "name"]);
  });

  it("are all for a star and for computed relationships", () => {
    expect(returned("*")).toEqual(["*"]);
    expect(returned("name,newest(*)")).toEqual(["*"]);
  });
});

describe("upserts", () => {
  it("conflict on the key or on the columns named", () => {
    const merge = prefer("resolution=merge-duplicates");
    expect(write("POST /stock", merge)).toMatchObject({
      onConflict: { resolution: "merge-duplicates", columns: ["sku", "place"] },
    });
    expect(write("POST /stock?on_conflict=sku", prefer("resolution=ignore-duplicates"))).toMatchObject({
      onConflict: { resolution: "ignore-duplicates", columns: ["sku"] },
    });
    expect(write("POST /stock")).toMatchObject({ onConflict: null });
  });

  it("by PUT name their one row by the whole key", () => {
    const body = '{"sku":"a","place":"b"}';
    const accepted = write("PUT /stock?place=eq.b&sku=eq.a", { body });
    expect(accepted).toMatchObject({ kind: "insert", onConflict: { columns: ["sku", "place"] }, where: [{}, {}] });
    for (const query of [
      "",
      "?sku=eq.a",
      "?sku=eq.a&place=gt.b",
      "?sku=eq.a&place=eq.b&qty=eq.1",
      "?sku=not.eq.a&place=eq.b",
    ]) {
      expect(refused(`PUT /stock${query}`, { body })).toMatchObject({ status: 405, code: "PGRST105" });
    }
    expect(refused("PUT /stock?sku=eq.a&place=eq.b&or=(qty.eq.1,qty.eq.2)", { body }).code).toBe("PGRST105");
    expect(refused("PUT /log?line=eq.a", { body: '{"line":"a"}' }).code).toBe("PGRST105");
  });
});

describe("limited writes", () => {
  it("take range and order of the root for themselves", () => {
    const both = planned("mutate", plan(cache, "DELETE /items?limit=2&offset=1&order=id.desc&name=eq.a"));
    expect(both.mutate).toMatchObject({
      kind: "delete",
      range: { lower: 1n, upper: 2n },
      order: [{ field: { name: "id" }, direction: "desc" }],
      where: [{ field: { name: "name" } }],
    });
    expect(both.read).toMatchObject({ range: { lower: 0n, upper: null }, order: [], where: [] });
  });
});

it("applies logic trees to the write and to what is read of it", () => {
  const both = planned("mutate", plan(cache, "PATCH /items?or=(id.eq.1,id.eq.2)", { body: '{"name":"a"}' }));
  expect(both.mutate.where).toHaveLength(1);
  expect(both.read.where).toHaveLength(1);
});

it("refuses unknown preferences before it looks at media types", () => {
  const headers = [
    ["Prefer", "handling=strict, nope"],
    ["Accept", "x/y"],
  ] as const;
  expect(refused("POST /items", { headers }).code).toBe("PGRST122");
  expect(refusal(() => plan(cache, "GET /items", { headers })).code).toBe("PGRST107");
});
