import { describe, expect, it } from "vitest";
import type { PostgrestVersion } from "../../../../src/postgrest/dialect.ts";
import { type Asked, ask, refusal } from "./support.ts";

const versions: readonly PostgrestVersion[] = ["12.2", "12.0"];
const target = (name: string, schema = "api") => ({ schema, name });
const refused = (line: string, asked: Asked = {}) => {
  const { status, body } = refusal(() => ask(line, asked));
  return [status, body?.code ?? null];
};

describe.each(versions)("what a path and a method mean in %s", (version) => {
  it.each([
    ["GET /films", { kind: "relation-read", target: target("films"), headersOnly: false }],
    ["HEAD /films", { kind: "relation-read", target: target("films"), headersOnly: true }],
    ["POST /films", { kind: "relation-mutate", target: target("films"), mutation: "create" }],
    ["PUT /films", { kind: "relation-mutate", target: target("films"), mutation: "single-upsert" }],
    ["PATCH /films", { kind: "relation-mutate", target: target("films"), mutation: "update" }],
    ["DELETE /films", { kind: "relation-mutate", target: target("films"), mutation: "delete" }],
    ["OPTIONS /films", { kind: "relation-info", target: target("films") }],
    ["GET /rpc/f", { kind: "routine", target: target("f"), invoke: "get" }],
    ["HEAD /rpc/f", { kind: "routine", target: target("f"), invoke: "head" }],
    ["POST /rpc/f", { kind: "routine", target: target("f"), invoke: "post" }],
    ["OPTIONS /rpc/f", { kind: "routine-info", target: target("f"), invoke: "head" }],
    ["GET /", { kind: "schema-read", schema: "api", headersOnly: false }],
    ["HEAD /", { kind: "schema-read", schema: "api", headersOnly: true }],
    ["OPTIONS /", { kind: "schema-info" }],
    ["GET /rpc", { kind: "relation-read", target: target("rpc"), headersOnly: false }],
    ["GET /rpc/", { kind: "routine", target: target(""), invoke: "get" }],
    ["GET /a%2Fb%20c", { kind: "relation-read", target: target("a/b c"), headersOnly: false }],
    ["GET /a+b", { kind: "relation-read", target: target("a+b"), headersOnly: false }],
    ["GET /%E5%8D%98", { kind: "relation-read", target: target("単"), headersOnly: false }],
    ["GET /%FF", { kind: "relation-read", target: target("\ufffd"), headersOnly: false }],
    ["GET /%F0%9F%98x%E8", { kind: "relation-read", target: target("\ufffd\ufffd\ufffdx\ufffd"), headersOnly: false }],
    [
      "GET /%ED%A0%80%F0%9F%98%80",
      { kind: "relation-read", target: target("\ufffd\ufffd\ufffd😀"), headersOnly: false },
    ],
  ])("%s", (line, action) => {
    expect(ask(line, { version, body: "{}" }).action).toEqual(action);
  });

  it.each([
    ["GET /films/", 404, null],
    ["GET //films", 404, null],
    ["GET /a/b", 404, null],
    ["GET /rpc/a/b", 404, null],
    ["FOO /films", 405, "PGRST117"],
    ["get /films", 405, "PGRST117"],
    ["constructor /films", 405, "PGRST117"],
    ["TRACE /", 405, "PGRST117"],
    ["PATCH /rpc/f", 405, "PGRST101"],
    ["FOO /rpc/f", 405, "PGRST101"],
  ])("%s is refused", (line, status, code) => {
    expect(refused(line, { version })).toEqual([status, code]);
  });
});

describe("writing to the root", () => {
  it.each(["POST /", "PUT /", "PATCH /", "DELETE /"])(
    "%s is refused at once by 12.2, and like an unknown path by 12.0",
    (line) => {
      expect(refused(line, { body: "{}" })).toEqual([405, "PGRST117"]);
      expect(refused(line, { body: "{}", version: "12.0" })).toEqual([404, null]);
    },
  );

  it("is read before 12.0 finds out", () => {
    const old = { version: "12.0" } as const;
    expect(refused("POST /", old)).toEqual([400, "PGRST102"]);
    expect(refused("DELETE /", old)).toEqual([404, null]);
    expect(refused("POST /?id=x", old)).toEqual([400, "PGRST100"]);
    expect(refused("POST /", { ...old, headers: [["Content-Profile", "nope"]] })).toEqual([406, "PGRST106"]);
  });
});

describe("the root by configuration", () => {
  it("is a function when one is configured, in the schema of the request", () => {
    const config = { dbRootSpec: { schema: "other", name: "root" } };
    expect(ask("GET /?a=1", { config })).toMatchObject({
      action: { kind: "routine", target: target("root") },
      queryParams: { params: [["a", "1"]] },
    });
  });

  it("is nothing when OpenAPI is disabled", () => {
    expect(refused("GET /", { config: { openApiMode: "disabled" } })).toEqual([404, null]);
  });
});

describe("the schema", () => {
  const config = { dbSchemas: ["api", "public"] };

  it.each([
    ["GET /films", [], "api", true],
    ["GET /films", [["accept-profile", "public"]], "public", true],
    ["GET /films", [["Content-Profile", "public"]], "api", true],
    ["OPTIONS /films", [["Accept-Profile", "public"]], "public", true],
    ["POST /films", [["Content-Profile", "public"]], "public", true],
    [
      "DELETE /films",
      [
        ["Content-Profile", "public"],
        ["Accept-Profile", "nope"],
      ],
      "public",
      true,
    ],
  ] as const)("%s with %j", (line, headers, schema, negotiatedByProfile) => {
    expect(ask(line, { config, headers, body: "{}" })).toMatchObject({ schema, negotiatedByProfile });
  });

  it("is not negotiated when there is only one and nobody asks", () => {
    expect(ask("GET /films").negotiatedByProfile).toBe(false);
    expect(ask("GET /films", { headers: [["Accept-Profile", "api"]] }).negotiatedByProfile).toBe(true);
  });

  it.each(["nope", "", "API", "api, public"])("%j is refused", (profile) => {
    expect(refusal(() => ask("GET /films", { config, headers: [["Accept-Profile", profile]] }))).toMatchObject({
      status: 406,
      body: { code: "PGRST106", message: "The schema must be one of the following: api, public" },
    });
  });
});

describe("the order of checks", () => {
  const headers = [
    ["Accept-Profile", "nope"],
    ["Range", "3-1"],
  ] as const;

  it.each([
    // with a wrong profile too: 12.2, 12.0
    ["GET /a/b/c?id=x", [404, null], [404, null]],
    ["FOO /films?id=x", [406, "PGRST106"], [405, "PGRST117"]],
    ["FOO /rpc/f?id=x", [406, "PGRST106"], [405, "PGRST101"]],
    ["GET /films?id=x", [406, "PGRST106"], [400, "PGRST100"]],
    ["GET /films", [406, "PGRST106"], [406, "PGRST106"]],
  ])("%s", (line, newer, older) => {
    expect(refused(line, { headers })).toEqual(newer);
    expect(refused(line, { headers, version: "12.0" })).toEqual(older);
  });

  it("puts the query before the range, and the range before the body", () => {
    expect(refused("GET /films?id=x", { headers: [["Range", "3-1"]] })).toEqual([400, "PGRST100"]);
    expect(refused("PATCH /films?limit=1")).toEqual([400, "PGRST109"]);
  });
});

describe("headers", () => {
  it("go on with lower-case names and without the cookies, which are taken apart", () => {
    const headers = [
      ["X-Some", "A"],
      ["Cookie", 'a=1;  b="x y"=;c; '],
      ["x-some", "B"],
    ] as const;
    const request = ask("GET /films?x=eq.1", { headers });
    expect(request.headers).toEqual([
      ["x-some", "A"],
      ["x-some", "B"],
    ]);
    expect(request.cookies).toEqual([
      ["a", "1"],
      ["b", '"x y"='],
      ["c", ""],
      ["", ""],
    ]);
    expect(request).toMatchObject({ path: "/films", method: "GET" });
  });

  it("say which types are wanted and sent; the first of a name counts", () => {
    expect(ask("GET /films")).toMatchObject({ accept: [{ kind: "any" }], contentMediaType: { kind: "json" } });
    const headers = [
      ["Accept", "text/csv"],
      ["Accept", "text/xml"],
      ["Content-Type", "text/plain"],
    ] as const;
    expect(ask("GET /films", { headers })).toMatchObject({
      accept: [{ kind: "csv" }],
      contentMediaType: { kind: "text" },
    });
  });
});
