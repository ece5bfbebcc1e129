import { describe, expect, it } from "vitest";
import { dialects } from "../../../../src/postgrest/dialect.ts";
import { unknownField } from "../../../../src/postgrest/plan/resolve.ts";
import type { CoercibleField, CoercibleSelectField } from "../../../../src/postgrest/plan/types.ts";
import type { Operation } from "../../../../src/postgrest/request/types.ts";
import { groupBy, selectItem } from "../../../../src/postgrest/sql/fragments/field.ts";
import { logicTree } from "../../../../src/postgrest/sql/fragments/filter.ts";
import {
  fromJsonBody,
  type JsonBody,
  type JsonBodyOptions,
} from "../../../../src/postgrest/sql/fragments/json-body.ts";
import { limitOffset, orderBy } from "../../../../src/postgrest/sql/fragments/order.ts";
import { fill, render } from "../../../../src/postgrest/sql/snippet.ts";

const items = { schema: "api", name: "items" };
const field = (name: string, more: Partial<CoercibleField> = {}): CoercibleField => ({
  ...unknownField(name),
  ...more,
});
const select = (name: string, more: Partial<CoercibleSelectField> = {}): CoercibleSelectField => ({
  field: field(name),
  aggregate: null,
  aggregateCast: null,
  cast: null,
  alias: null,
  ...more,
});

describe("filters", () => {
  const filter = (operation: Operation, negated = false, of = field("id")) =>
    render(logicTree(items, { kind: "filter", field: of, expr: { kind: "op", negated, operation } }));
  const quant = (op: "eq" | "like" | "gt", value: string, quantifier: "any" | "all" | null = null): Operation => ({
    kind: "quant",
    op,
    quantifier,
    value,
  });

  it("makes the value a parameter", () => {
    expect(filter(quant("eq", "1"))).toEqual({ text: '"api"."items"."id" = $1', values: ["1"] });
  });

  it("negates before the column", () => {
    expect(filter(quant("gt", "1"), true).text).toBe('NOT "api"."items"."id" > $1');
  });

  it("takes * for % in patterns only", () => {
    expect(filter(quant("like", "a*b%")).values).toEqual(["a%b%"]);
    expect(filter(quant("eq", "a*b")).values).toEqual(["a*b"]);
  });

  it("quantifies over an array value", () => {
    expect(filter(quant("eq", "{1,2}", "any")).text).toBe('"api"."items"."id" = ANY($1)');
    expect(filter(quant("like", "{a*}", "all"))).toEqual({
      text: '"api"."items"."id" like ALL($1)',
      values: ["{a%}"],
    });
  });

  it("passes a list as one array, quoted by Postgres' rules", () => {
    expect(filter({ kind: "in", values: ["a,b", 'c"d', "e\\f", ""] })).toEqual({
      text: '"api"."items"."id" = ANY ($1)',
      values: ['{"a,b","c\\"d","e\\\\f",""}'],
    });
  });

  it("takes the empty list for no row", () => {
    expect(filter({ kind: "in", values: [""] })).toEqual({ text: '"api"."items"."id" = ANY(\'{}\')', values: [] });
  });

  it("cuts values at a NUL, which Postgres would refuse", () => {
    expect(filter(quant("eq", "ab\0cd")).values).toEqual(["ab"]);
    expect(filter({ kind: "in", values: ["ab\0cd", "e"] }).values).toEqual(['{"ab","e"}']);
  });

  it("writes the words of IS into the statement", () => {
    expect(filter({ kind: "is", value: "unknown" }, true).text).toBe('NOT "api"."items"."id" IS UNKNOWN');
    expect(filter({ kind: "isdistinct", value: "x" }).text).toBe('"api"."items"."id" IS DISTINCT FROM $1');
  });

  it("gives full-text search its configuration", () => {
    expect(filter({ kind: "fts", op: "wfts", language: "english", value: "cat" })).toEqual({
      text: '"api"."items"."id" @@ websearch_to_tsquery($1, $2)',
      values: ["english", "cat"],
    });
    expect(filter({ kind: "fts", op: "fts", language: null, value: "cat" }).text).toContain("@@ to_tsquery($1)");
  });

  it("follows JSON paths, through to_jsonb where the column is no JSON", () => {
    const path = [
      { arrow: "->", operand: { kind: "index", value: "-1" } },
      { arrow: "->>", operand: { kind: "key", value: "a'b" } },
    ] as const;
    expect(filter(quant("eq", "x"), false, field("data", { path }))).toEqual({
      text: '"api"."items"."data"->$1::int->>$2 = $3',
      values: ["-1", "a'b", "x"],
    });
    expect(filter(quant("eq", "x"), false, field("data", { path, toJson: true })).text).toContain(
      'to_jsonb("api"."items"."data")->$1',
    );
  });

  it("reads values through the column's data representation, each element of a list by itself", () => {
    const color = field("color", { transform: "color_in" });
    expect(filter(quant("eq", "#f00"), false, color).text).toBe('"api"."items"."color" = color_in($1)');
    expect(filter({ kind: "in", values: ["#f00"] }, false, color).text).toBe(
      '"api"."items"."color" = ANY ((SELECT color_in(unnest($1::text[]))))',
    );
    expect(filter(quant("like", "#*"), false, color).text).toBe('"api"."items"."color" like $1');
  });

  it("joins trees by their operator", () => {
    const one = {
      kind: "filter",
      field: field("id"),
      expr: { kind: "op", negated: false, operation: quant("eq", "1") },
    };
    const tree = { kind: "expr", negated: true, operator: "or", children: [one, one] } as const;
    expect(render(logicTree(items, tree as Parameters<typeof logicTree>[1])).text).toBe(
      'NOT ("api"."items"."id" = $1 OR "api"."items"."id" = $2)',
    );
  });

  it("asks for an empty embed by the row as a whole", () => {
    expect(render(logicTree(items, { kind: "null-embed", negated: false, embed: "a_b_1" })).text).toBe(
      '"a_b_1" IS NOT DISTINCT FROM NULL',
    );
    expect(render(logicTree(items, { kind: "null-embed", negated: true, embed: "a_b_1" })).text).toBe(
      '"a_b_1" IS DISTINCT FROM NULL',
    );
  });
});

describe("select items", () => {
  const text = (item: CoercibleSelectField) => render(selectItem(items, item)).text;

  it("casts before aggregating, and again after", () => {
    expect(text(select("n", { cast: "int", aggregate: "sum", aggregateCast: "text", alias: "total" }))).toBe(
      'CAST( SUM(CAST( "api"."items"."n" AS int )) AS text ) AS "total"',
    );
  });

  it("counts rows with a star", () => {
    expect(text(select("*", { aggregate: "count" }))).toBe('COUNT("api"."items".*)');
  });

  it("shows a data representation", () => {
    expect(text(select("no", { field: field("no", { transform: "no_out" }), alias: "no" }))).toBe(
      'no_out("api"."items"."no") AS "no"',
    );
  });

  it("quotes names", () => {
    expect(text(select('a"b', { alias: 'c"d' }))).toBe('"api"."items"."a""b" AS "c""d"');
  });
});

describe("grouping", () => {
  const spread = { kind: "spread", aggAlias: "a_c_1" } as const;
  const sub = { name: "x", aggregate: null, aggregateCast: null, alias: null } as const;

  it("is left out when nothing is aggregated, or everything", () => {
    expect(render(groupBy(items, [select("a")], [])).text).toBe("");
    expect(render(groupBy(items, [select("a", { aggregate: "max" })], [])).text).toBe("");
  });

  it("groups by alias, else by column, and by what embeds show", () => {
    const grouped = groupBy(
      items,
      [select("a", { aggregate: "max" }), select("b"), select("c", { alias: "d" })],
      [
        { kind: "embed", name: "clients", aggAlias: "items_clients_1", mode: "object", isEmpty: false },
        { ...spread, fields: [sub, { ...sub, name: "y", aggregate: "sum" }] },
      ],
    );
    expect(render(grouped).text).toBe('GROUP BY "api"."items"."b", "d", "clients", "a_c_1"."x"');
  });

  it("is called for by an aggregate in a spread alone", () => {
    expect(render(groupBy(items, [select("b")], [{ ...spread, fields: [{ ...sub, aggregate: "sum" }] }])).text).toBe(
      'GROUP BY "api"."items"."b"',
    );
  });
});

describe("order and range", () => {
  it("orders by columns and by columns of embeds", () => {
    const terms = [
      { kind: "field", field: field("a"), direction: "desc", nulls: "nullslast" },
      { kind: "field", field: field("b"), direction: null, nulls: null },
      { kind: "relation", relation: "items_clients_1", name: "name", path: [], direction: "asc", nulls: null },
    ] as const;
    expect(render(orderBy(items, terms)).text).toBe(
      'ORDER BY "api"."items"."a" DESC NULLS LAST, "api"."items"."b", "items_clients_1"."name" ASC',
    );
  });

  it("limits only when there is a range", () => {
    expect(render(limitOffset({ lower: 0n, upper: null }))).toEqual({ text: "", values: [] });
    expect(render(limitOffset({ lower: 5n, upper: null }))).toEqual({ text: "LIMIT ALL OFFSET $1", values: ["5"] });
    expect(render(limitOffset({ lower: 5n, upper: 14n }))).toEqual({ text: "LIMIT $1 OFFSET $2", values: ["10", "5"] });
    expect(render(limitOffset({ lower: 0n, upper: -1n }))).toEqual({ text: "LIMIT $1 OFFSET $2", values: ["0", "0"] });
  });
});

describe("rows of a JSON body", () => {
  const jsonBody = (text: string): JsonBody => ({ value: ({ body }) => body, isObject: /^\s*\{/.test(text) });
  const typed = [field("a", { irType: "integer", default: "nextval('s')" }), field("b'", { irType: "text" })];
  const from = (body: string, options: JsonBodyOptions = {}, version: "12.2" | "12.0" = "12.2", fields = typed) =>
    render(fromJsonBody(dialects[version], jsonBody(body), fields, options)).text;

  it("knows an object by its first character", () => {
    expect(from(' \n{"a":1}')).toContain(`json_to_record(pgrst_payload.json_data) AS _("a" integer, "b'" text)`);
    expect(from('[{"a":1}]')).toContain("json_to_recordset(pgrst_payload.json_data)");
  });

  it("lets Postgres make an array of it on 12.0", () => {
    expect(from('{"a":1}', {}, "12.0")).toMatch(
      /json_typeof\(pgrst_payload\.json_data\) = 'array'.*json_to_recordset\(pgrst_uniform_json\.val\)/,
    );
  });

  it("keeps the body's bytes as the one parameter", () => {
    const statement = render(fromJsonBody(dialects["12.2"], jsonBody("[]"), typed, {}));
    expect(fill(statement, { body: Buffer.from("[{}]"), values: [] }).values).toEqual([Buffer.from("[{}]")]);
    expect(statement.text).toContain("$1::json AS json_data");
  });

  it("puts the columns' defaults under the keys sent", () => {
    const object = from('{"a":1}', { defaults: true });
    expect(object).toContain("jsonb_build_object('a', nextval('s')) || pgrst_payload.json_data AS val");
    expect(object).toContain("jsonb_to_record(pgrst_json_defs.val)");
    expect(from("[]", { defaults: true })).toContain("jsonb_agg(jsonb_build_object('a', nextval('s')) || elem)");
  });

  it("makes as many rows as there are empty objects", () => {
    expect(from("{}", {}, "12.2", [])).toContain("FROM (values(1)) _)");
    expect(from("[{},{}]", {}, "12.2", [])).toContain("json_array_elements(pgrst_payload.json_data) _)");
    expect(from("{}", {}, "12.0", [])).toContain("json_array_elements(pgrst_uniform_json.val) _)");
  });

  it("takes the first row only where one is meant", () => {
    expect(from("[]", { first: true })).toContain("LIMIT 1");
    expect(from("[]")).not.toContain("LIMIT");
  });

  it("reads a column through its data representation", () => {
    expect(from("{}", {}, "12.2", [field("no", { irType: "json", transform: "no_in" })])).toContain(
      'SELECT no_in("no") AS "no" FROM json_to_record(pgrst_payload.json_data) AS _("no" json)',
    );
  });
});
