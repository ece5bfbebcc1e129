import { describe, expect, it } from "vitest";
import { handlerKey, type ResolvedHandler } from "../../../../src/postgrest/schema-cache/types.ts";
import { type Asked, api, plan, refusal, routine, schemaCache, table } from "./support.ts";

const custom = (name: string, target: ReturnType<typeof api> | "anyelement", mime: string): ResolvedHandler => ({
  handler: { kind: "custom", function: api(name), target },
  mediaType: { kind: "other", mime },
});
const cache = schemaCache({
  tables: [table("items", { id: "integer" }), table("pages", { id: "integer" })],
  routines: [routine("page", [])],
  handlers: [
    [handlerKey(api("items"), "x/items"), custom("items_out", api("items"), "x/items")],
    [handlerKey("anyelement", "x/any"), custom("any_out", "anyelement", "x/any")],
    [handlerKey(api("pages"), "*/*"), custom("page_out", api("pages"), "application/octet-stream")],
  ],
});

function handler(line: string, accept: string | null, asked: Asked = {}) {
  const headers = [...(asked.headers ?? []), ...(accept === null ? [] : [["Accept", accept] as const])];
  const made = plan(cache, line, { ...asked, headers });
  if (!("handler" in made)) throw new Error(`no handler in ${made.kind}`);
  const name = made.handler.kind === "custom" ? made.handler.function.name : made.handler.kind;
  return [name, made.media.kind === "other" ? made.media.mime : made.media.kind];
}
const refused = (line: string, accept: string, asked: Asked = {}) => refusal(() => handler(line, accept, asked));

describe("what makes the body", () => {
  it("is JSON unless something else is asked for", () => {
    expect(handler("GET /items", null)).toEqual(["json", "json"]);
    expect(handler("GET /items", "*/*")).toEqual(["json", "json"]);
    expect(handler("GET /items", "text/csv")).toEqual(["csv", "csv"]);
  });

  it("is the first accepted that is produced", () => {
    expect(handler("GET /items", "no/thing, x/any;q=0.5, text/csv")).toEqual(["csv", "csv"]);
    expect(refused("GET /items", "no/thing, text/plain")).toMatchObject({
      status: 406,
      code: "PGRST107",
      message: "None of these media types are available: no/thing, text/plain",
    });
    expect(refused("GET /items", "no/thing", { version: "12.0" }).status).toBe(415);
  });

  it("is PostgREST's own for its own types", () => {
    expect(handler("GET /pages", "application/vnd.pgrst.object+json")).toEqual(["single-json", "singular-json"]);
    expect(handler("GET /items", "application/vnd.pgrst.array+json;nulls=stripped")).toEqual([
      "array-json-strip",
      "array-json-strip",
    ]);
  });

  it("may be the user's, for a relation or for any", () => {
    expect(handler("GET /items", "x/items")).toEqual(["items_out", "x/items"]);
    expect(handler("GET /items", "x/any")).toEqual(["any_out", "x/any"]);
    expect(refused("GET /pages?select=id", "x/items").code).toBe("PGRST107");
    expect(handler("GET /pages", "text/csv")).toEqual(["page_out", "application/octet-stream"]);
  });

  it("for a relation counts on 12.2 only with a plain select", () => {
    expect(refused("GET /items?select=id", "x/items").code).toBe("PGRST107");
    expect(handler("GET /items?select=id", "x/items", { version: "12.0" })).toEqual(["items_out", "x/items"]);
    expect(handler("GET /items?select=id", "x/any")).toEqual(["any_out", "x/any"]);
  });

  it("is nothing where no body is sent, under the same type", () => {
    expect(handler("HEAD /items", "text/csv")).toEqual(["none", "csv"]);
    expect(handler("HEAD /rpc/page", null)).toEqual(["none", "json"]);
    expect(handler("POST /items", "text/csv", { body: "{}" })).toEqual(["none", "csv"]);
    const full = { body: "{}", headers: [["Prefer", "return=representation"]] as const };
    expect(handler("POST /items", "text/csv", full)).toEqual(["csv", "csv"]);
  });
});

describe("the plan type", () => {
  const asked = { config: { dbPlanEnabled: true } };

  it("is refused unless enabled", () => {
    expect(refused("GET /items", "application/vnd.pgrst.plan").code).toBe("PGRST107");
    expect(handler("GET /items", "application/vnd.pgrst.plan", asked)).toEqual(["json", "plan"]);
  });

  it("is that of the type named, which must be produced", () => {
    expect(handler("GET /items", 'application/vnd.pgrst.plan;for="text/csv"', asked)).toEqual(["csv", "plan"]);
    expect(handler("GET /items", 'application/vnd.pgrst.plan;for="application/vnd.pgrst.object"', asked)).toEqual([
      "single-json",
      "plan",
    ]);
    expect(refused("GET /items", 'application/vnd.pgrst.plan;for="no/thing"', asked).code).toBe("PGRST107");
  });
});

it("answers the root in OpenAPI to those who take it or JSON", () => {
  for (const accept of ["application/openapi+json", "application/json", "*/*"]) {
    expect(plan(cache, "GET /", { headers: [["Accept", accept]] })).toMatchObject({ kind: "inspect", schema: "api" });
  }
  expect(refusal(() => plan(cache, "GET /", { headers: [["Accept", "text/csv"]] })).code).toBe("PGRST107");
});
