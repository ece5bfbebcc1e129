import { describe, expect, it } from "vitest";
import { dialects } from "../../../../src/postgrest/dialect.ts";
import * as errors from "../../../../src/postgrest/errors/catalogue.ts";
import type { PgrstError } from "../../../../src/postgrest/errors/pgrst-error.ts";
import { errorResponse } from "../../../../src/postgrest/errors/response.ts";
import type { MediaType } from "../../../../src/postgrest/request/media-type.ts";
import type { Cardinality, Relationship, Routine } from "../../../../src/postgrest/schema-cache/types.ts";

const newer = dialects["12.2"];
const older = dialects["12.0"];

describe("the answer to a refusal", () => {
  it("is JSON with sorted keys", () => {
    expect(errorResponse(errors.invalidBody('a "b"\n\b\f\u0001\\b'))).toEqual({
      status: 400,
      headers: [["Content-Type", "application/json; charset=utf-8"]],
      body: '{"code":"PGRST102","details":null,"hint":null,"message":"a \\"b\\"\\n\\u0008\\u000c\\u0001\\\\b"}',
    });
  });

  it("is an empty object for the bare 404", () => {
    expect(errorResponse(errors.notFound())).toMatchObject({ status: 404, body: "{}" });
  });

  it("is the web server's text where PostgREST falls over", () => {
    expect(errorResponse(errors.somethingWentWrong())).toEqual({
      status: 500,
      headers: [["Content-Type", "text/plain; charset=utf-8"]],
      body: "Something went wrong",
    });
  });

  it("names two types for a missing object in 12.0, one in 12.2", () => {
    const types = (dialect: typeof newer) => errorResponse(errors.singularityError(dialect, 0n)).headers;
    expect(types(newer)).toEqual([["Content-Type", "application/json; charset=utf-8"]]);
    expect(types(older)).toEqual([
      ["Content-Type", "application/json; charset=utf-8"],
      ["Content-Type", "application/vnd.pgrst.object+json; charset=utf-8"],
    ]);
  });

  it("asks for a token in the words of Haskell", () => {
    expect(errorResponse(errors.jwtInvalid('bad "é"')).headers).toEqual([
      ["Content-Type", "application/json; charset=utf-8"],
      ["WWW-Authenticate", 'Bearer error="invalid_token", error_description="bad \\"\\233\\""'],
    ]);
    expect(errorResponse(errors.jwtRequired()).headers).toContainEqual(["WWW-Authenticate", "Bearer"]);
  });
});

describe("codes and statuses", () => {
  it.each<[string, number, PgrstError]>([
    ["PGRST000", 503, errors.connectionError("no route")],
    ["PGRST001", 503, errors.clientError(null)],
    ["PGRST002", 503, errors.schemaCacheUnavailable()],
    ["PGRST003", 504, errors.acquisitionTimeout()],
    ["PGRST100", 400, errors.queryParamError("m", "d")],
    ["PGRST101", 405, errors.invalidRpcMethod("PUT")],
    ["PGRST102", 400, errors.invalidBody("m")],
    ["PGRST103", 416, errors.outOfBounds(3n, null)],
    ["PGRST105", 405, errors.invalidFilters()],
    ["PGRST106", 406, errors.unacceptableSchema(["a"])],
    ["PGRST107", 406, errors.mediaTypeError(newer, ["a/b"])],
    ["PGRST107", 415, errors.mediaTypeError(older, ["a/b"])],
    ["PGRST108", 400, errors.notEmbedded("a")],
    ["PGRST109", 400, errors.limitWithoutOrder()],
    ["PGRST110", 400, errors.offLimitsChanges(3n, 2n)],
    ["PGRST111", 500, errors.gucHeadersError()],
    ["PGRST112", 500, errors.gucStatusError()],
    ["PGRST114", 400, errors.putLimitNotAllowed()],
    ["PGRST115", 400, errors.putMatchingPk()],
    ["PGRST116", 406, errors.singularityError(newer, 2n)],
    ["PGRST117", 405, errors.unsupportedMethod("FOO")],
    ["PGRST118", 400, errors.relatedOrderNotToOne("a", "b")],
    ["PGRST119", 400, errors.spreadNotToOne("a", "b")],
    ["PGRST122", 400, errors.invalidPreferences(["a"])],
    ["PGRST123", 400, errors.aggregatesNotAllowed()],
    ["PGRST124", 400, errors.maxAffectedViolation(3n)],
    ["PGRST204", 400, errors.columnNotFound(newer, "films", "x")],
    ["PGRST300", 500, errors.jwtSecretMissing()],
    ["PGRST301", 401, errors.jwtInvalid("m")],
    ["PGRST302", 401, errors.jwtRequired()],
    ["PGRSTX00", 500, errors.internalError("m")],
  ])("%s is %s", (code, status, error) => {
    expect([error.body?.code, error.status]).toEqual([code, status]);
  });

  it.each<[PgrstError, string, string | null]>([
    [
      errors.outOfBounds(3n, null),
      "Requested range not satisfiable",
      "An offset of 3 was requested, but there are only 0 rows.",
    ],
    [errors.mediaTypeError(newer, ["a/b", "c/d"]), "None of these media types are available: a/b, c/d", null],
    [
      errors.offLimitsChanges(3n, 2n),
      "The maximum number of rows allowed to change was surpassed",
      "Results contain 3 rows changed but the maximum number allowed is 2",
    ],
    [
      errors.invalidPreferences(["a", "b"]),
      "Invalid preferences given with handling=strict",
      "Invalid preferences: a, b",
    ],
    [errors.columnNotFound(newer, "films", "x"), "Could not find the 'x' column of 'films' in the schema cache", null],
    [errors.columnNotFound(older, "films", "x"), "Column 'x' of relation 'films' does not exist", null],
  ])("%s", (error, message, details) => {
    expect(error.body).toMatchObject({ message, details });
  });
});

const table = (name: string) => ({ schema: "api", name });
const relationship = (from: string, to: string, cardinality: Cardinality): Relationship => ({
  kind: "relationship",
  table: table(from),
  foreignTable: table(to),
  isSelf: false,
  cardinality,
  tableIsView: false,
  foreignTableIsView: false,
});

describe("relationships", () => {
  it("says what was searched, with the hint that was given", () => {
    const { body } = errors.noRelationshipBetween("a", "b", "fk", "api", new Map());
    expect(body).toEqual({
      code: "PGRST200",
      message: "Could not find a relationship between 'a' and 'b' in the schema cache",
      details:
        "Searched for a foreign key relationship between 'a' and 'b' using the hint 'fk' in the schema 'api', but no matches were found.",
      hint: null,
    });
    expect(errors.noRelationshipBetween("a", "b", null, "api", new Map()).body?.details).toContain(
      "'a' and 'b' in the",
    );
  });

  it("lists the candidates with their ways and the hints that tell them apart", () => {
    const key = (kind: "O2M" | "M2O", constraint: string): Cardinality => ({
      kind,
      constraint,
      columns: [
        ["x", "id"],
        ["y", "sub"],
      ],
    });
    const { status, body } = errors.ambiguousRelationship("orders", "places", [
      relationship("orders", "places", key("M2O", "billing")),
      relationship("orders", "places", { ...key("M2O", "main"), kind: "O2O", isParent: false } as Cardinality),
      relationship("orders", "places", key("O2M", "back")),
      relationship("orders", "places", {
        kind: "M2M",
        junction: {
          table: table("stops"),
          constraint1: "to_order",
          constraint2: "to_place",
          sourceColumns: [["id", "order_id"]],
          targetColumns: [["id", "place_id"]],
        },
      }),
    ]);
    expect(status).toBe(300);
    expect(body).toEqual({
      code: "PGRST201",
      message: "Could not embed because more than one relationship was found for 'orders' and 'places'",
      details: [
        ["many-to-one", "billing using orders(x, y) and places(id, sub)"],
        ["one-to-one", "main using orders(x, y) and places(id, sub)"],
        ["one-to-many", "back using orders(x, y) and places(id, sub)"],
        ["many-to-many", "stops using to_order(order_id) and to_place(place_id)"],
      ].map(([cardinality, way]) => ({ cardinality, embedding: "orders with places", relationship: way })),
      hint: "Try changing 'places' to one of the following: 'places!billing', 'places!main', 'places!back', 'places!stops'. Find the desired relationship in the 'details' key.",
    });
  });

  it("counts a computed relationship among the candidates without describing it", () => {
    const computed: Relationship = {
      kind: "computed",
      function: table("place_id"),
      table: table("orders"),
      foreignTable: table("places"),
      tableAlias: { schema: "", name: "" },
      toOne: true,
      isSelf: false,
    };
    const key: Cardinality = { kind: "M2O", constraint: "fk", columns: [["place_id", "id"]] };
    const { body } = errors.ambiguousRelationship("orders", "place_id", [
      relationship("orders", "places", key),
      computed,
    ]);
    expect(body?.details).toMatchObject([{ cardinality: "many-to-one" }, {}]);
    expect(body?.hint).toContain("to one of the following: 'places!fk', . Find");
  });
});

describe("functions", () => {
  const call = (keys: string[], more: Partial<errors.UnmatchedCall> = {}) =>
    errors.noFunction(
      { target: table("f"), keys, singleObject: false, contentType: { kind: "json" }, isPost: false, ...more },
      new Map(),
      [],
    ).body;
  const type = (kind: "text" | "xml" | "octet-stream" | "csv"): MediaType => ({ kind });

  it.each([
    [[], {}, "api.f without parameters", " without parameters"],
    [["b"], {}, "api.f(b)", " with parameter b"],
    [["b", "a"], {}, "api.f(a, b)", " with parameters a, b"],
    [["a"], { isPost: true }, "api.f(a)", " with parameter a or with a single unnamed json/jsonb parameter"],
    [
      [],
      { isPost: true },
      "api.f without parameters",
      " without parameters or with a single unnamed json/jsonb parameter",
    ],
    [["a"], { isPost: true, contentType: type("csv") }, "api.f(a)", " with parameter a"],
    [[], { isPost: true, contentType: type("text") }, "api.f", " with a single unnamed text parameter"],
    [[], { isPost: true, contentType: type("xml") }, "api.f", " with a single unnamed xml parameter"],
    [[], { isPost: true, contentType: type("octet-stream") }, "api.f", " with a single unnamed bytea parameter"],
    [["a"], { contentType: type("text") }, "api.f(a)", " with parameter a"],
    [["a"], { isPost: true, singleObject: true }, "api.f", " with a single json/jsonb parameter"],
  ])("%j, %j", (keys, more, signature, searched) => {
    expect(call(keys, more)).toEqual({
      code: "PGRST202",
      message: `Could not find the function ${signature} in the schema cache`,
      details: `Searched for the function api.f${searched}, but no matches were found in the schema cache.`,
      hint: null,
    });
  });

  it("gives no hint where the body is the only argument", () => {
    const near = { ...table("ff"), parameters: [] } as unknown as Routine;
    const routines = new Map([["api\0ff", [near]]]);
    const asked = { target: table("f"), keys: [], singleObject: false, contentType: type("text"), isPost: true };
    expect(errors.noFunction(asked, routines, []).body?.hint).toBeNull();
    expect(errors.noFunction({ ...asked, isPost: false }, routines, []).body?.hint).toContain("api.ff");
  });

  it("spells out the candidates of an ambiguous call", () => {
    const overload = (parameterType: string) =>
      ({
        ...table("f"),
        parameters: [
          { name: "a", type: parameterType },
          { name: "b", type: "text" },
        ],
      }) as unknown as Routine;
    expect(errors.ambiguousFunction([overload("integer"), overload("text")])).toMatchObject({
      status: 300,
      body: {
        code: "PGRST203",
        message:
          "Could not choose the best candidate function between: api.f(a => integer, b => text), api.f(a => text, b => text)",
        details: null,
        hint: expect.stringMatching(/^Try renaming the parameters/),
      },
    });
  });
});
