import { describe, expect, it } from "vitest";
import { corsHeaders, preflight } from "../../../../src/postgrest/response/cors.ts";

const request = (method: string, headers: Record<string, string>) => ({
  method,
  path: "/",
  query: "",
  headers: Object.entries(headers),
  body: Buffer.alloc(0),
});
const asking = (headers: Record<string, string>) =>
  request("OPTIONS", { Origin: "https://a.test", "Access-Control-Request-Method": "PATCH", ...headers });

describe("a preflight", () => {
  it("allows whatever headers are asked for, next to those always allowed", () => {
    const answer = preflight(asking({ "Access-Control-Request-Headers": "X-One,accept" }), null);
    expect(answer?.headers).toEqual([
      ["Access-Control-Allow-Origin", "*"],
      ["Access-Control-Allow-Methods", "GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD"],
      ["Access-Control-Allow-Headers", "Authorization, X-One, accept, Accept-Language, Content-Language"],
      ["Access-Control-Max-Age", "86400"],
    ]);
  });

  it.each([
    ["without Access-Control-Request-Method", request("OPTIONS", { Origin: "https://a.test" })],
    ["for a method outside the list", asking({ "Access-Control-Request-Method": "TRACE" })],
    ["without Origin", request("OPTIONS", { "Access-Control-Request-Method": "GET" })],
    ["by GET", request("GET", { Origin: "https://a.test", "Access-Control-Request-Method": "GET" })],
    ["for a name with a blank inside", asking({ "Access-Control-Request-Headers": "X One" })],
  ])("%s is an ordinary request", (_, other) => {
    expect(preflight(other, null)).toBeNull();
  });

  it("knows only the configured origins", () => {
    expect(preflight(asking({}), ["https://b.test"])).toBeNull();
    expect(preflight(asking({}), ["https://a.test"])?.headers.slice(0, 2)).toEqual([
      ["Access-Control-Allow-Origin", "https://a.test"],
      ["Access-Control-Allow-Credentials", "true"],
    ]);
  });
});

describe("any other answer", () => {
  it("is open to any origin, if one is named", () => {
    expect(corsHeaders(request("GET", {}), null)).toEqual([]);
    expect(corsHeaders(request("GET", { origin: "" }), null)[0]).toEqual(["Access-Control-Allow-Origin", "*"]);
  });

  it("stays closed to an origin that is not configured", () => {
    expect(corsHeaders(request("GET", { origin: "https://b.test" }), ["https://a.test"])).toEqual([]);
  });
});
