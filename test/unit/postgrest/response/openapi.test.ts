import { describe, expect, it } from "vitest";
import type { EngineConfig } from "../../../../src/postgrest/config/types.ts";
import { dialects } from "../../../../src/postgrest/dialect.ts";
import { documentAddress } from "../../../../src/postgrest/response/openapi/address.ts";
import { arrayItems, defaultValue, swaggerType } from "../../../../src/postgrest/response/openapi/column-type.ts";
import { openApiDocument } from "../../../../src/postgrest/response/openapi/document.ts";
import { member } from "../../../../src/postgrest/response/openapi/json.ts";
import { summaryOf } from "../../../../src/postgrest/response/openapi/summary.ts";
import type { SchemaCache } from "../../../../src/postgrest/schema-cache/types.ts";

describe("types", () => {
  it.each([
    ["bigint", "integer"],
    ["numeric", "number"],
    ["boolean", "boolean"],
    ["jsonb", null],
    ["integer[]", "array"],
    ["timestamp with time zone", "string"],
    ["constructor", "string"],
  ])("%s is %s", (type, swagger) => {
    expect(swaggerType(type)).toBe(swagger);
  });

  it("says what an array holds, if that can be said", () => {
    expect(arrayItems("integer[]")).toEqual({ type: "integer" });
    expect(arrayItems("jsonb[]")).toEqual({});
    expect(arrayItems("text")).toBeUndefined();
  });

  it.each([
    ["text", "'untitled'::text", "untitled"],
    ["text", "auth.uid()", "auth.uid()"],
    ["integer", "7", 7],
    ["boolean", "false", false],
    ["integer", "nextval('s'::regclass)", undefined],
    ["text", `'say "hi"'::text`, undefined],
    ["text", null, undefined],
  ])("a %s defaulting to %s shows %j", (type, expression, shown) => {
    expect(defaultValue(type, expression)).toEqual(shown);
  });

  it.each([
    ["0.05", '"x":5.0e-2'],
    ["1.0", '"x":1.0'],
    ["1.5", '"x":1.5'],
  ])("a numeric defaulting to %s is shown as PostgREST prints it", (expression, shown) => {
    expect(member("x", defaultValue("numeric", expression)!)).toBe(shown);
  });
});

it("splits a comment at its first line", () => {
  expect(summaryOf("Title\n\nMore\nof it")).toEqual({ summary: "Title", description: "More\nof it" });
  expect(summaryOf("Title")).toEqual({ summary: "Title" });
  expect(summaryOf(null)).toEqual({});
});

describe("the address", () => {
  const own = { serverHost: "!4", serverPort: 3000, openApiServerProxyUri: null } as EngineConfig;
  const proxied = (openApiServerProxyUri: string) => documentAddress({ ...own, openApiServerProxyUri });
  it("is the server's own, patterns as 0.0.0.0", () => {
    expect(documentAddress(own)).toEqual({ scheme: "http", host: "0.0.0.0:3000", path: "/" });
  });

  it("is the proxy's, with the port of its scheme", () => {
    expect(proxied("https://Example.com/api")).toEqual({ scheme: "https", host: "Example.com:443", path: "/api" });
    expect(proxied("http://example.com:8080")).toEqual({ scheme: "http", host: "example.com:8080", path: "/" });
  });

  it.each([
    "ftp://example.com",
    "https://example.com?x=1",
    "https://user@example.com",
    "https://example.com:0",
    "nothing",
  ])("ignores %s", (uri) => expect(proxied(uri).host).toBe("0.0.0.0:3000"));
});

it("names the security scheme only when asked to", () => {
  const cache = { tables: new Map(), relationships: new Map() } as unknown as SchemaCache;
  const document = (openApiSecurityActive: boolean) =>
    JSON.parse(
      openApiDocument(
        { tables: [], routines: [], comment: "Shop\nAll of it" },
        cache,
        { serverHost: "h", serverPort: 1, openApiServerProxyUri: null, openApiSecurityActive } as EngineConfig,
        dialects["12.2"],
      ),
    );
  expect(document(true)).toMatchObject({
    info: { title: "Shop", description: "All of it", version: "12.2.12" },
    security: [{ JWT: [] }],
    securityDefinitions: { JWT: { type: "apiKey", in: "header", name: "Authorization" } },
  });
  expect(document(false)).not.toHaveProperty("security");
});
