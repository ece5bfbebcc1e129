import { describe, expect, it } from "vitest";
import { type Asked, api, foreignKey, plan, planned, refusal, routine, schemaCache, table } from "./support.ts";

const rows = { setOf: true, type: { kind: "composite", type: api("items"), isAlias: false } } as const;
const cache = schemaCache({
  tables: [table("items", { id: "integer", owner_id: "integer" }), table("owners", { id: "integer" })],
  relationships: foreignKey("items", "owner_id", "owners"),
  routines: [
    routine("none", []),
    routine("add", [{ name: "a" }, { name: "b" }]),
    routine("greet", [
      { name: "name", required: false },
      { name: "mark", required: false },
    ]),
    routine("mixed", [{ name: "a" }, { name: "b", required: false }]),
    routine("twice", [{ name: "a" }]),
    routine("twice", [{ name: "a", type: "text" }]),
    routine("words", [
      { name: "sep", type: "text" },
      { name: "list", type: "text[]", variadic: true },
    ]),
    routine("doc", [{ type: "json" }]),
    routine("both", [{ type: "json" }]),
    routine("both", [{ name: "a" }]),
    routine("named_doc", [{ name: "data", type: "jsonb" }]),
    routine("text", [{ type: "text" }]),
    routine("bytes", [{ type: "bytea" }]),
    routine("items_of", [{ name: "owner" }], { returnType: rows, volatility: "stable" }),
  ],
});

const call = (line: string, asked: Asked = {}) => planned("call", plan(cache, line, asked));
const refused = (line: string, asked: Asked = {}) => refusal(() => call(line, asked)).code;
const typed = (type: string, body: string): Asked => ({ headers: [["Content-Type", type]], body });
const given = (line: string, asked: Asked = {}) => {
  const { params } = call(line, asked).call;
  return params.kind === "keys" ? params.parameters.map(({ name }) => name) : params.parameter.type;
};

describe("overloads", () => {
  it("match by the names given", () => {
    expect(given("GET /rpc/add?b=1&a=2")).toEqual(["a", "b"]);
    expect(given("GET /rpc/none")).toEqual([]);
    expect(given("GET /rpc/greet")).toEqual([]);
    expect(given("GET /rpc/greet?mark=x")).toEqual(["mark"]);
    expect(given("GET /rpc/mixed?a=1")).toEqual(["a"]);
    expect(given("POST /rpc/add", { body: '{"a":1,"b":2}' })).toEqual(["a", "b"]);
  });

  it("need every required name and nothing else", () => {
    for (const query of ["add?a=1", "add?a=1&b=2&c=3", "none?a=1", "greet?x=1", "mixed?b=1", "nothing"]) {
      expect(refused(`GET /rpc/${query}`)).toBe("PGRST202");
    }
    expect(refused("GET /rpc/twice?a=1")).toBe("PGRST203");
  });

  it("give way to one that takes the whole body, on POST only", () => {
    expect(given("POST /rpc/doc", { body: '{"x":1}' })).toBe("json");
    expect(refused("GET /rpc/doc?x=1")).toBe("PGRST202");
    expect(given("POST /rpc/both", { body: '{"a":1}' })).toEqual(["a"]);
    expect(given("POST /rpc/both", { body: '{"x":1}' })).toBe("json");
    expect(given("POST /rpc/text", typed("text/plain", "hi"))).toBe("text");
    expect(given("POST /rpc/bytes", typed("application/octet-stream", "hi"))).toBe("bytea");
    expect(refused("POST /rpc/text", typed("application/octet-stream", "hi"))).toBe("PGRST202");
    expect(refused("POST /rpc/none", typed("text/plain", "hi"))).toBe("PGRST202");
  });

  it("take a single object where that is preferred", () => {
    const asked = { headers: [["Prefer", "params=single-object"]] as const, body: '{"x":1}' };
    expect(given("POST /rpc/named_doc", asked)).toBe("jsonb");
    expect(refused("POST /rpc/add", asked)).toBe("PGRST202");
  });
});

describe("arguments", () => {
  const json = (line: string, asked: Asked = {}) => {
    const { args } = call(line, asked).call;
    return args.from === "pairs" ? args.json.toString() : args;
  };

  it("of a query or a form become JSON, the last of a name counts", () => {
    expect(json("GET /rpc/add?a=1&b=2&a=3")).toBe('{"a":"3","b":"2"}');
    expect(json("POST /rpc/add", typed("application/x-www-form-urlencoded", "a=1&b=2"))).toBe('{"a":"1","b":"2"}');
  });

  it("of a variadic parameter are all of that name", () => {
    expect(json("GET /rpc/words?list=a&sep=-&list=b")).toBe('{"list":["a","b"],"sep":"-"}');
    expect(json("GET /rpc/words?sep=-&list=a")).toBe('{"sep":"-","list":["a"]}');
  });

  it("of a body are the body", () => {
    expect(json("POST /rpc/add", { body: ' {"a" :1,"b":2}' })).toEqual({ from: "body", isObject: true });
  });
});

describe("transaction mode", () => {
  it("writes only for a volatile function by POST", () => {
    expect(call("POST /rpc/none").mode).toBe("write");
    expect(call("GET /rpc/none").mode).toBe("read");
    expect(call("POST /rpc/items_of", { body: '{"owner":1}' }).mode).toBe("read");
  });
});

describe("rows of a table", () => {
  it("are embedded into under the table's name", () => {
    const { read, call: made } = call("GET /rpc/items_of?owner=1&select=id,owners(id)&id=eq.2");
    expect(read).toMatchObject({ from: { schema: "", name: "pgrst_source" }, fromAlias: "items" });
    expect(read.children[0]?.joinConditions[0]?.right).toEqual({
      table: { schema: "", name: "items" },
      column: "owner_id",
    });
    expect(read.where).toHaveLength(1);
    expect(made.returning).toEqual(["id", "owner_id"]);
  });
});

it("finds the function of an OPTIONS request as GET would", () => {
  expect(planned("routine-info", plan(cache, "OPTIONS /rpc/none")).routine.name).toBe("none");
  expect(refusal(() => plan(cache, "OPTIONS /rpc/add")).code).toBe("PGRST202");
});
