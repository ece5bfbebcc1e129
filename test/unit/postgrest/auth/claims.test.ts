import { describe, expect, it } from "vitest";
import { readClaims } from "../../../../src/postgrest/auth/claims.ts";
import { encodeClaims } from "../../../../src/postgrest/auth/claims-json.ts";

const read = (json: string) => readClaims(Buffer.from(json));
const shown = (json: string): string => encodeClaims(read(json).exact);

describe("claims that cannot be read", () => {
  it.each([
    ["[]", '"Error in $: parsing JWT Claims Set failed, expected Object, but encountered Array"'],
    ['{"aud":5}', '"Error in $.aud: parsing StringOrURI failed, expected String, but encountered Number"'],
    ['{"iss":"has:colon but no uri"}', '"Error in $.iss: failed to parse StringOrURI"'],
    ['{"nbf":"x"}', '"Error in $.nbf: parsing NumericDate failed, expected Number, but encountered String"'],
    ['{"jti":{}}', '"Error in $.jti: parsing Text failed, expected String, but encountered Object"'],
  ])("%s", (json, reason) => {
    expect(() => read(json)).toThrow(expect.objectContaining({ message: `JWTClaimsSetDecodeError ${reason}` }));
  });

  it("reports the first in the order iss, sub, aud, exp, nbf, iat, jti", () => {
    expect(() => read('{"exp":"x","sub":1}')).toThrow("$.sub");
  });
});

describe("what SQL sees", () => {
  it("has sorted keys at every depth", () => {
    expect(shown('{"b":{"d":1,"c":2},"a":[]}')).toBe('{"a":[],"b":{"c":2,"d":1}}');
  });

  it("keeps numbers that JavaScript would round", () => {
    expect(shown('{"id":123456789012345678,"small":0.10,"many":1e2,"text":"1.0"}')).toBe(
      '{"id":123456789012345678,"many":100,"small":0.1,"text":"1.0"}',
    );
  });

  it("takes no text for a number", () => {
    const text = '{"name":"\\u0000number:1,\\"role\\":2"}';
    expect(shown(text)).toBe(text);
  });

  it("lacks registered claims that are null, and the list around a single audience", () => {
    expect(shown('{"sub":null,"aud":["one"],"own":null}')).toBe('{"aud":"one","own":null}');
  });

  it("escapes control characters by number, but for the three usual ones", () => {
    expect(shown('{"a":"\\b\\f\\n\\r\\t\\u0001"}')).toBe('{"a":"\\u0008\\u000c\\n\\r\\t\\u0001"}');
  });
});

it("may be nested deeper than a call stack is high", () => {
  const deep = `{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
  expect(shown(deep)).toBe(deep);
});
