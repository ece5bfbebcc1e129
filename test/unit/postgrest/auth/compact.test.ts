import { describe, expect, it } from "vitest";
import { bearerToken } from "../../../../src/postgrest/auth/bearer.ts";
import { decodeCompact } from "../../../../src/postgrest/auth/compact.ts";

const encode = (text: string): string => Buffer.from(text).toString("base64url");
const withHeader = (header: string): string => `${encode(header)}.e30.AA`;

describe("the Authorization header", () => {
  it.each([
    ["Bearer a.b.c", "a.b.c"],
    ["bearer a.b.c", "a.b.c"],
    ["Bearer   a.b.c", "a.b.c"],
    ["Bearer a.b.c and more", "a.b.c and more"],
    ["Bearer", ""],
    ["Token a.b.c", ""],
    ["a.b.c", ""],
  ])("%j holds the token %j", (value, token) => {
    expect(bearerToken(value)).toBe(token);
  });
});

describe("a compact token", () => {
  it.each([
    ["a.b", "JWSError (CompactDecodeError Invalid number of parts: Expected 3 parts; got 2)"],
    ["a.b.c.d", "JWSError (CompactDecodeError Invalid number of parts: Expected 3 parts; got 4)"],
    ["x.y.z", 'JWSError (JSONDecodeError "Not valid base64url")'],
    ["e30=.e30.AA", 'JWSError (JSONDecodeError "Not valid base64url")'],
    [withHeader("[]"), 'JWSError (JSONDecodeError "protected header contains invalid JSON")'],
    [withHeader("{"), 'JWSError (JSONDecodeError "protected header contains invalid JSON")'],
    [withHeader("{}"), 'JWSError (JSONDecodeError "missing required header \\"alg\\"")'],
    [
      withHeader('{"alg":"HS256","kid":5}'),
      'JWSError (JSONDecodeError "parsing Text failed, expected String, but encountered Number")',
    ],
    [withHeader("null"), 'JWSError (JSONDecodeError "missing required header \\"alg\\"")'],
    [withHeader('{"alg":"HS256","jku":"here","jwk":5}'), 'JWSError (JSONDecodeError "not a URI")'],
    [
      withHeader('{"alg":"HS256","kid":5,"jwk":[]}'),
      'JWSError (JSONDecodeError "parsing JWK failed, expected Object, but encountered Array")',
    ],
    [withHeader('{"alg":"HS256","jwk":{}}'), 'JWSError (JSONDecodeError "missing \\"kty\\" parameter")'],
    [
      withHeader('{"alg":"HS256","jwk":{"kty":"x"}}'),
      'JWSError (JSONDecodeError "unsupported \\"kty\\": String \\"x\\"")',
    ],
    [
      withHeader('{"alg":"HS256","x5c":[]}'),
      'JWSError (JSONDecodeError "parsing NonEmpty failed, unexpected empty list")',
    ],
    [withHeader('{"alg":"HS256","x5t":"AA"}'), 'JWSError (JSONDecodeError "incorrect number of bytes")'],
    [withHeader('{"alg":"HS256","x5t#S256":"!","typ":5}'), 'JWSError (JSONDecodeError "Not valid base64url")'],
    [
      withHeader('{"alg":"HS256","crit":["x",5]}'),
      'JWSError (JSONDecodeError "parsing Text failed, expected String, but encountered Number")',
    ],
    [withHeader('{"alg":"HS256","crit":["b64"]}'), 'JWSError (JSONDecodeError "crit key is not understood")'],
    [withHeader('{"alg":"HS256","crit":["alg"]}'), 'JWSError (JSONDecodeError "crit key is reserved")'],
  ])("%s is refused", (token, message) => {
    expect(() => decodeCompact(token)).toThrow(expect.objectContaining({ message }));
  });

  it("has the first of two headers of a name", () => {
    expect(decodeCompact(withHeader('{"alg":"HS256","alg":"none"}')).algorithm).toBe("HS256");
  });

  it("must name an algorithm that exists", () => {
    expect(() => decodeCompact(withHeader('{"alg":"HS1"}'))).toThrow(
      'unrecognised value; expected: [\\"HS256\\",\\"HS384\\"',
    );
  });

  it("rejects bits after the last byte", () => {
    // "AB" and "AA" both decode to one zero byte, but only the latter encodes it.
    expect(() => decodeCompact(`${encode('{"alg":"HS256"}')}.e30.AB`)).toThrow("Not valid base64url");
  });
});
