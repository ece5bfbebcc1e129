import { describe, expect, test } from "vitest";
import { isProxyUri, parseUri } from "../../../../src/postgrest/config/uri.ts";

describe("parseUri", () => {
  test("takes a URI apart", () => {
    expect(parseUri("HTTPS://me:pw@example.com:8443/a/b?c=d#e")).toEqual({
      scheme: "https",
      authority: { userInfo: "me:pw", host: "example.com", port: "8443" },
      query: "c=d",
      fragment: "e",
    });
    expect(parseUri("urn:example:a")).toEqual({ scheme: "urn", authority: null, query: null, fragment: null });
    expect(parseUri("http://[::1]:80/")?.authority?.host).toBe("[::1]");
  });

  test.each(["no-scheme", "1a:b", "a:b c", "a:%zz", "http://ex ample.com", "http://a:b:c/"])("%s is none", (text) => {
    expect(parseUri(text)).toBeNull();
  });
});

describe("isProxyUri", () => {
  test.each([
    "https://example.com:8443/basePath",
    "http://postgrest.com/openapi.json",
    "HTTP://localhost:1",
    "https://x",
  ])("%s will do", (text) => expect(isProxyUri(text)).toBe(true));

  test.each([
    "example.com",
    "htp:/@@localhorst.invalid",
    "ftp://example.com",
    "https:///path",
    "https://me@example.com",
    "https://example.com?",
    "https://example.com#x",
    "https://example.com:0",
    "https://example.com:65536",
    "https://example.com:",
  ])("%s will not", (text) => expect(isProxyUri(text)).toBe(false));
});
