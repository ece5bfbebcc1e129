import { describe, expect, it } from "vitest";
import type { HeaderList } from "../../../../src/http/message.ts";
import { handlerKey } from "../../../../src/postgrest/schema-cache/types.ts";
import { type Asked, api, foreignKey, refusal, routine, schemaCache, statements, table } from "../plan/support.ts";

const rows = { setOf: true, type: { kind: "composite", type: api("items"), isAlias: false } } as const;
const cache = schemaCache({
  tables: [table("items", { id: "integer", name: "text", owner_id: "integer" }), table("owners", { id: "integer" })],
  relationships: [
    ...foreignKey("items", "owner_id", "owners"),
    {
      kind: "computed",
      function: api("newest"),
      table: api("owners"),
      foreignTable: api("items"),
      tableAlias: { schema: "", name: "" },
      toOne: true,
      isSelf: false,
    },
  ],
  routines: [
    routine("add", [{ name: "a" }, { name: "b" }]),
    routine("words", [{ name: "list", type: "text[]", variadic: true }]),
    routine("bytes", [{ type: "bytea" }]),
    routine("text", [{ type: "text" }]),
    routine("items_of", [], { returnType: rows }),
    routine("item", [], { returnType: { ...rows, setOf: false } }),
  ],
  handlers: [
    [
      handlerKey("anyelement", "x/any"),
      {
        handler: { kind: "custom", function: api("out"), target: "anyelement" },
        mediaType: { kind: "other", mime: "x/any" },
      },
    ],
  ],
});

const prefer = (...values: string[]): HeaderList => values.map((value) => ["Prefer", value] as const);
const main = (line: string, asked: Asked = {}) => statements(cache, line, asked).main;
const text = (line: string, asked: Asked = {}) => main(line, asked).text;

describe("reads", () => {
  it("give page, body and settings in one row", () => {
    expect(main("GET /items?id=eq.1&limit=2")).toEqual({
      text: expect.stringMatching(
        /^WITH pgrst_source AS \(SELECT "api"\."items"\.\* FROM "api"\."items" WHERE "api"\."items"\."id" = \$1 LIMIT \$2 OFFSET \$3\) SELECT null::bigint AS total_result_set, pg_catalog\.count\(_postgrest_t\) AS page_total, coalesce\(json_agg\(_postgrest_t\), '\[\]'\) AS body, /,
      ),
      values: ["1", "2", "0"],
    });
  });

  it("have one text for one shape", () => {
    expect(text("GET /items?id=eq.1&limit=2")).toBe(text("GET /items?id=eq.55&limit=9"));
    expect(text("GET /items?id=in.(1,2)")).toBe(text("GET /items?id=in.(1,2,3)"));
  });

  it("fall over an empty page of an embed under db-max-rows", () => {
    const line = "GET /items?select=owners(id)&owners.limit=0&owners.offset=5";
    expect(text(line)).toContain("LIMIT $1 OFFSET $2");
    expect(() => text(line, { config: { dbMaxRows: 10n } })).toThrow("Something went wrong");
  });

  it("join embeds laterally, one row as object, several as list", () => {
    expect(text("GET /items?select=id,owners(id)")).toContain(
      'SELECT "api"."items"."id", row_to_json("items_owners_1".*)::jsonb AS "owners" FROM "api"."items" LEFT JOIN LATERAL ( SELECT "owners_1"."id" FROM "api"."owners" AS "owners_1" WHERE "owners_1"."id" = "api"."items"."owner_id" ) AS "items_owners_1" ON TRUE',
    );
    const list = text("GET /owners?select=items!inner(id)");
    expect(list).toContain(`COALESCE( "owners_items_1"."owners_items_1", '[]') AS "items"`);
    expect(list).toContain('INNER JOIN LATERAL ( SELECT json_agg("owners_items_1")::jsonb AS "owners_items_1" FROM (');
    expect(list).toContain(') AS "owners_items_1" ON "owners_items_1" IS NOT NULL');
  });

  it("call the function of a computed relationship with the row", () => {
    expect(text("GET /owners?select=newest(id)")).toContain(
      'FROM "api"."newest"("owners"::"api"."owners") AS "items_1"',
    );
  });

  it("drop what an embed of nothing would show", () => {
    expect(text("GET /items?select=id,owners()&owners=not.is.null")).toMatch(
      /SELECT "api"\."items"\."id" FROM .* WHERE "items_owners_1" IS DISTINCT FROM NULL/,
    );
  });
});

describe("counts", () => {
  const count = (how: string, target = "/items", config: Asked["config"] = {}) =>
    statements(cache, `GET ${target}`, { headers: prefer(`count=${how}`), config });

  it("are taken beside the rows when exact", () => {
    const { main, count: guess } = count("exact", "/items?id=gt.1&limit=1");
    expect(main.text).toMatch(
      /pgrst_source_count AS \(SELECT 1 FROM "api"\."items" WHERE "api"\."items"\."id" > \$4\)/,
    );
    expect(main.text).toContain("(SELECT pg_catalog.count(*) FROM pgrst_source_count) AS total_result_set");
    expect(guess).toBeUndefined();
  });

  it("are guessed in a statement of their own when planned", () => {
    const { main, count: guess } = count("planned");
    expect(main.text).not.toContain("pgrst_source_count");
    expect(guess?.text).toBe('EXPLAIN (FORMAT JSON) SELECT 1 FROM "api"."items"');
  });

  it("stop one row behind the limit when estimated", () => {
    const { main, count: guess } = count("estimated", "/items", { dbMaxRows: 10n });
    expect(main.text).toContain('(SELECT 1 FROM "api"."items" LIMIT 11)');
    expect(guess?.text).not.toContain("LIMIT");
  });

  it("see only embeds that hide rows", () => {
    const counted = (select: string) => count("exact", `/items?select=${select}`).main.text;
    expect(counted("id,owners(id)")).toContain('(SELECT 1 FROM "api"."items")');
    expect(counted("id,owners!inner(id)")).toMatch(
      /SELECT 1 FROM "api"\."items" WHERE EXISTS \(SELECT 1 FROM "api"\."owners" AS "owners_1"/,
    );
    expect(counted("id,owners(id)&owners=is.null")).toContain("WHERE NOT EXISTS (");
    expect(counted("id,owners(id)&owners=not.is.null")).toContain("WHERE EXISTS (");
  });
});

describe("writes", () => {
  const merge = prefer("resolution=merge-duplicates");

  it("insert the rows of the body and count them", () => {
    expect(main("POST /items", { body: '[{"id":1,"name":"a"}]' })).toEqual({
      text: expect.stringMatching(
        /^WITH pgrst_source AS \(INSERT INTO "api"\."items"\("id", "name"\) SELECT "pgrst_body"\."id", "pgrst_body"\."name" FROM .* RETURNING 1\) SELECT '' AS total_result_set, .* FROM \(SELECT \* FROM pgrst_source\) _postgrest_t$/,
      ),
      values: [Buffer.from('[{"id":1,"name":"a"}]')],
    });
  });

  it("count what an upsert inserts by what it takes back", () => {
    const upsert = text("POST /items", { headers: merge, body: '{"id":1,"name":"a"}' });
    expect(upsert).toMatch(/WHERE set_config\('pgrst\.inserted', .* \+ 1\)::text, true\) <> '0' ON CONFLICT\("id"\)/);
    expect(upsert).toMatch(
      /DO UPDATE SET "id" = EXCLUDED\."id", "name" = EXCLUDED\."name" WHERE set_config.* - 1\)::text, true\) <> '-1'/,
    );
    expect(upsert).toContain("::int AS response_inserted");
    expect(text("POST /items", { body: "{}" })).toContain("'' AS response_inserted");
  });

  it("do nothing on a conflict when told to, or when there is nothing to set", () => {
    const ignore = { headers: prefer("resolution=ignore-duplicates"), body: '{"id":1}' };
    expect(text("POST /items", ignore)).toContain('ON CONFLICT("id") DO NOTHING');
    expect(text("POST /items", { headers: merge, body: "{}" })).toContain('ON CONFLICT("id") DO NOTHING');
  });

  it("find the row again only for headers-only", () => {
    const location = (...values: string[]) => text("POST /items", { headers: prefer(...values), body: "{}" });
    expect(location("return=headers-only")).toContain("WHERE json_data.key IN ('id')");
    expect(location("return=minimal")).toContain("array[]::text[] AS header");
    // As PostgREST writes it, for Postgres to refuse.
    const quoted = schemaCache({ tables: [{ ...table("items", { "it's": "integer" }), primaryKey: ["it's", "b"] }] });
    const asked = { headers: prefer("return=headers-only"), body: "{}" };
    expect(statements(quoted, "POST /items", asked).main.text).toContain("json_data.key IN ('it's','b')");
  });

  it("put only the row the URL names", () => {
    const put = main("PUT /items?id=eq.1", { body: '{"id":1}' });
    expect(put.text).toMatch(/<> '0' AND "pgrst_body"\."id" = \$2 ON CONFLICT/);
    expect(put.values).toEqual([Buffer.from('{"id":1}'), "1"]);
  });

  it("update through the body, or nothing when it is empty", () => {
    expect(text("PATCH /items?id=eq.1", { body: '{"name":"a"}' })).toMatch(
      /UPDATE "api"\."items" SET "name" = "pgrst_body"\."name" FROM .* WHERE "api"\."items"\."id" = \$2 RETURNING 1/,
    );
    const full = { headers: prefer("return=representation"), body: "{}" };
    expect(text("PATCH /items?select=id", full)).toContain('(SELECT "items"."id" FROM "api"."items" WHERE false)');
    expect(text("PATCH /items", { body: "{}" })).toContain('(SELECT NULL FROM "api"."items" WHERE false)');
  });

  it("find limited rows by the columns they are ordered by", () => {
    expect(text("DELETE /items?order=name,id&limit=1&id=gt.3")).toMatch(
      /WITH pgrst_affected_rows AS \(SELECT "api"\."items"\."name", "api"\."items"\."id" FROM "api"\."items" WHERE "api"\."items"\."id" > \$1 ORDER BY .* LIMIT \$2 OFFSET \$3\) DELETE FROM "api"\."items" USING pgrst_affected_rows WHERE "api"\."items"\."name" = "pgrst_affected_rows"\."name" AND /,
    );
    expect(text("PATCH /items?order=id&limit=1", { body: '{"name":"a"}' })).toMatch(
      /WITH pgrst_update_body AS \(SELECT "pgrst_body"\."name" FROM .* LIMIT 1\) pgrst_body\), pgrst_affected_rows AS .* SET "name" = \(SELECT "name" FROM pgrst_update_body\) FROM pgrst_affected_rows/,
    );
  });

  it("read what they return from the rows written, under the table's name", () => {
    const full = { headers: prefer("return=representation"), body: '{"id":1}' };
    expect(text("POST /items?select=id,owners(id)", full)).toMatch(
      /RETURNING "api"\."items"\."id", "api"\."items"\."owner_id"\) .* FROM "pgrst_source" AS "items" LEFT JOIN LATERAL .* WHERE "owners_1"\."id" = "items"\."owner_id"/,
    );
  });
});

describe("what PostgREST falls over while it writes the statement", () => {
  const form = (body: string): Asked => ({ headers: [["Content-Type", "application/x-www-form-urlencoded"]], body });
  const fallen = (line: string, asked: Asked = {}) => refusal(() => statements(cache, line, asked));

  it("is a form's value that is no UTF-8", () => {
    expect(fallen("POST /items", form("name=%FF"))).toMatchObject({ status: 500 });
    expect(fallen("POST /rpc/add", form("a=%FF&b=1"))).toMatchObject({ status: 500 });
    // Columns are known only with their values.
    expect(fallen("POST /items", form("name=%FF&nope=1"))).toMatchObject({ status: 500 });
  });

  it("is a limited write in the order of an embed", () => {
    expect(fallen("DELETE /items?limit=2&order=owners(id)")).toMatchObject({ status: 500 });
    expect(fallen("PATCH /items?limit=2&order=owners(id)", { body: '{"nope":1}' }).code).toBe("PGRST204");
    expect(text("DELETE /items?order=owners(id)")).toContain("DELETE FROM");
  });
});

describe("calls", () => {
  it("read named arguments from JSON", () => {
    expect(text("GET /rpc/add?a=1&b=2")).toMatch(
      /SELECT pgrst_call\.pgrst_scalar FROM \(SELECT \$1::json AS json_data\) pgrst_payload, LATERAL \(SELECT "a", "b" FROM json_to_record\(pgrst_payload\.json_data\) AS _\("a" integer, "b" integer\) LIMIT 1\) pgrst_body, LATERAL \(SELECT "api"\."add"\("a" := pgrst_body\."a", "b" := pgrst_body\."b"\) pgrst_scalar\) pgrst_call/,
    );
    expect(text("GET /rpc/words?list=a")).toContain('"words"(VARIADIC "list" := pgrst_body."list")');
  });

  it("hand over the body as the one argument: text up to a NUL, bytes whole", () => {
    const body = "a\0b";
    expect(main("POST /rpc/text", { headers: [["Content-Type", "text/plain"]], body })).toMatchObject({
      text: expect.stringContaining('"api"."text"($1::text)'),
      values: [Buffer.from("a")],
    });
    expect(main("POST /rpc/bytes", { headers: [["Content-Type", "application/octet-stream"]], body })).toMatchObject({
      text: expect.stringContaining('"api"."bytes"($1::bytea)'),
      values: ["\\x610062"],
    });
  });

  it("count one row for what is no set, and give it without a list", () => {
    const body = /coalesce\((.*), '(null|\[\])'\) AS body/;
    expect(text("GET /rpc/items_of").match(body)?.slice(1)).toEqual(["json_agg(_postgrest_t)", "[]"]);
    expect(text("GET /rpc/item").match(body)?.slice(1)).toEqual(["json_agg(_postgrest_t)->0", "null"]);
    expect(text("GET /rpc/item")).toContain("1 AS page_total");
    expect(text("GET /rpc/add?a=1&b=2")).toContain("json_agg(_postgrest_t.pgrst_scalar)->0");
  });
});

describe("bodies", () => {
  const accept = (mime: string, version: Asked["version"] = "12.2") =>
    text("GET /items", { headers: [["Accept", mime]], version });

  it("lose their nulls when told so", () => {
    expect(accept("application/vnd.pgrst.object+json;nulls=stripped")).toContain(
      "coalesce(json_strip_nulls(json_agg(_postgrest_t)->0), 'null') AS body",
    );
  });

  it("cast rows for a handler of any type only on 12.0", () => {
    expect(accept("x/any")).toContain('"api"."out"(_postgrest_t) AS body');
    expect(accept("x/any", "12.0")).toContain('"api"."out"(_postgrest_t::"api"."items") AS body');
  });

  it("are the plan when that is asked for", () => {
    const headers = [["Accept", "application/vnd.pgrst.plan+json; options=buffers|analyze"]] as const;
    const planned = statements(cache, "GET /items", {
      headers: [...headers, ...prefer("count=planned")],
      config: { dbPlanEnabled: true },
    });
    expect(planned.main.text).toMatch(/^EXPLAIN \(FORMAT JSON, ANALYZE, BUFFERS\) WITH pgrst_source AS/);
    expect(planned.count).toBeUndefined();
  });
});
