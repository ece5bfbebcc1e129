import { generateKeyPairSync } from "node:crypto";
import { jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { type Claims, type SigningAlgorithm, signJws } from "../../../src/tokens/jws.ts";
import { bearerToken, unverifiedToken, verifyProjectToken } from "../../../src/tokens/project-token.ts";
import { isRefusal, lacksToken, refusalText, type TokenProblem } from "../../../src/tokens/refusal.ts";

const NOW = 1_800_000_000;
const clock = { now: () => NOW * 1000 + 999 };
/** Looks like base64, as the platform's secrets do. */
const SECRET = "c2VjcmV0IHRleHQgb2YgYSBwcm9qZWN0";

const hs256 = (claims: Claims | string, header: Claims = {}, key: string | Uint8Array = SECRET) =>
  signJws({ alg: "HS256", typ: "JWT", ...header } as { alg: SigningAlgorithm }, claims, key);
const verify = (token: string, secret = SECRET) => verifyProjectToken(unverifiedToken(token), secret, clock);

function problem(token: string, secret = SECRET): TokenProblem {
  const result = verify(token, secret);
  if (!isRefusal(result)) throw new Error("the token was accepted");
  return result.refused;
}

describe("the Authorization header", () => {
  it.each([
    ["Bearer abc", "abc"],
    ["bearer abc", "abc"],
    ["BEARER abc", "abc"],
    ["  Bearer   abc  ", "abc"],
    ["Bearer a.b.c, Bearer d.e.f", "a.b.c, Bearer d.e.f"],
  ])("%j carries a token", (value, compact) => expect(bearerToken(value)).toEqual({ compact }));

  it.each([
    [undefined, { reason: "missing" }],
    ["", { reason: "empty" }],
    ["Bearer", { reason: "empty" }],
    ["Bearer   ", { reason: "empty" }],
    ["Basic abc", { reason: "scheme", scheme: "Basic" }],
    ["Bearer\tabc", { reason: "scheme", scheme: "Bearer" }],
    ["Bearerabc", { reason: "scheme", scheme: "Bearerabc" }],
    ["abc", { reason: "scheme", scheme: "abc" }],
  ])("%j carries none", (value, refused) => {
    const result = bearerToken(value);
    expect(result).toMatchObject({ refused });
    expect(isRefusal(result) && lacksToken(result.refused)).toBe(true);
  });
});

describe("tokens the gateway accepts", () => {
  it.each<[string, string, string?]>([
    ["without exp", hs256({ sub: "u" })],
    ["expiring in a second", hs256({ sub: "u", exp: NOW + 1 })],
    ["valid from this second", hs256({ sub: "u", nbf: NOW })],
    ["issued in the future", hs256({ sub: "u", iat: NOW + 3600 })],
    ["with any role, aud, iss, jti", hs256({ sub: "u", role: 7, aud: ["x"], iss: null, jti: {} })],
    ["with any typ, kid, cty, zip", hs256({ sub: "u" }, { typ: "x", kid: 1, cty: "JWT", zip: "DEF" })],
    ["with the one known crit", hs256({ sub: "u" }, { crit: ["b64"], b64: true })],
    ["with a five-character secret", hs256({ sub: "u" }, {}, "12345"), "12345"],
    ["with an empty secret and an empty key", hs256({ sub: "u" }, {}, ""), ""],
    ["with a secret beyond ASCII", hs256({ sub: "u" }, {}, "gehé1m"), "gehé1m"],
    ["with padding on the signature", `${hs256({ sub: "u" })}=`],
  ])("%s", (_, token, secret) => expect(verify(token, secret)).toMatchObject({ sub: "u" }));

  it("trims sub and keeps email as it is", () => {
    const sent = { sub: "  user_1 ", email: " a@example.test " };
    expect(verify(hs256(sent))).toEqual({ sub: "user_1", email: " a@example.test ", sent });
  });

  it.each([[""], [7], [null], [["a@example.test"]]])("drops the email %j", (email) => {
    expect(verify(hs256({ sub: "u", email }))).not.toHaveProperty("email");
  });
});

describe("tokens the gateway refuses, with the reason", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const [header, , mac] = hs256({ sub: "u" }).split(".");
  const [, otherPayload] = hs256({ sub: "v" }).split(".");

  it.each<[string, string, TokenProblem]>([
    ["garbage", "garbage", { reason: "malformed", part: "parts", parts: 1 }],
    ["four parts", `${hs256({ sub: "u" })}.x`, { reason: "malformed", part: "parts", parts: 4 }],
    ["a header that is no JSON", `e30x.${mac}.${mac}`, { reason: "malformed", part: "header" }],
    ["alg none", signJws({ alg: "none" }, { sub: "u" }), { reason: "algorithm", algorithm: "none" }],
    ["HS384", signJws({ alg: "HS384" }, { sub: "u" }, SECRET), { reason: "algorithm", algorithm: "HS384" }],
    ["HS512", signJws({ alg: "HS512" }, { sub: "u" }, SECRET), { reason: "algorithm", algorithm: "HS512" }],
    ["RS256", signJws({ alg: "RS256" }, { sub: "u" }, rsa), { reason: "algorithm", algorithm: "RS256" }],
    ["an unknown crit", hs256({ sub: "u" }, { crit: ["x"], x: 1 }), { reason: "critical", names: ["x"] }],
    ["crit b64 false", hs256({ sub: "u" }, { crit: ["b64"], b64: false }), { reason: "critical", names: ["b64"] }],
    ["another secret", hs256({ sub: "u" }, {}, "other"), { reason: "signature" }],
    ["changed claims", `${header}.${otherPayload}.${mac}`, { reason: "signature" }],
    [
      "the decoded secret",
      hs256({ sub: "u" }, {}, Buffer.from(SECRET, "base64")),
      { reason: "signature", signedWith: "base64-decoded secret" },
    ],
    ["a payload that is an array", hs256("[]"), { reason: "malformed", part: "payload" }],
    ["a payload that is no JSON", hs256("{"), { reason: "malformed", part: "payload" }],
    ["exp one second ago", hs256({ sub: "u", exp: NOW - 1 }), { reason: "expired", seconds: 1 }],
    ["exp in this second", hs256({ sub: "u", exp: NOW }), { reason: "expired", seconds: 0 }],
    ["exp null", hs256({ sub: "u", exp: null }), { reason: "claim-type", claim: "exp", found: "null" }],
    ["exp as text", hs256({ sub: "u", exp: "9999999999" }), { reason: "claim-type", claim: "exp", found: "string" }],
    ["nbf in the future", hs256({ sub: "u", nbf: NOW + 5 }), { reason: "not-yet-valid", seconds: 5 }],
    ["nbf as text", hs256({ sub: "u", nbf: "0" }), { reason: "claim-type", claim: "nbf", found: "string" }],
    ["iat as text", hs256({ sub: "u", iat: "0" }), { reason: "claim-type", claim: "iat", found: "string" }],
    ["no sub", hs256({}), { reason: "subject-missing", found: "undefined" }],
    ["a numeric sub", hs256({ sub: 7 }), { reason: "subject-missing", found: "number" }],
    ["an empty sub", hs256({ sub: "" }), { reason: "subject-blank" }],
    ["a blank sub", hs256({ sub: "   " }), { reason: "subject-blank" }],
  ])("%s", (_, token, refused) => {
    expect(problem(token)).toEqual(refused);
    expect(lacksToken(refused)).toBe(false);
    expect(refusalText(refused)).toMatch(/^[A-Z].*\.$/);
  });

  it("spells alg exactly", () => {
    const lower = hs256({ sub: "u" }).replace(/^[^.]+/, Buffer.from('{"alg":"hs256"}').toString("base64url"));
    expect(problem(lower)).toEqual({ reason: "algorithm", algorithm: "hs256" });
  });

  it("says what could be read of the token", () => {
    const result = verify(hs256({ sub: "u", org_id: "org_1" }, { kid: "k" }, "other"));
    expect(result).toMatchObject({ content: { header: { kid: "k" }, claims: { org_id: "org_1" } } });
  });
});

it("agrees with jose where both read a token alike", async () => {
  const cases = [
    {},
    { exp: NOW + 1 },
    { exp: NOW },
    { nbf: NOW },
    { nbf: NOW + 1 },
    { iat: NOW + 9 },
    { exp: null },
    { iat: "" },
  ];
  for (const claims of cases) {
    const token = hs256({ sub: "u", ...claims });
    const options = { algorithms: ["HS256"], currentDate: new Date(clock.now()) };
    const theirs = await jwtVerify(token, new TextEncoder().encode(SECRET), options).then(
      () => true,
      () => false,
    );
    expect(!isRefusal(verify(token)), JSON.stringify(claims)).toBe(theirs);
  }
});

describe("an audience that the project asks for", () => {
  const verifyFor = (claims: Claims) => verifyProjectToken(unverifiedToken(hs256(claims)), SECRET, clock, "notes");

  it.each([["notes"], [["other", "notes"]]])("is found in aud %j", (aud) =>
    expect(verifyFor({ sub: "u", aud })).toMatchObject({ sub: "u" }),
  );

  it.each([[undefined], ["other"], [[]], [7]])("is missed in aud %j", (aud) =>
    expect(verifyFor({ sub: "u", aud })).toMatchObject({
      refused: { reason: "audience", expected: "notes", found: aud },
    }),
  );
});
