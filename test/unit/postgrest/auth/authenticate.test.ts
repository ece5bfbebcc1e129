import { constants, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createAuthenticator } from "../../../../src/postgrest/auth/authenticate.ts";
import type { EngineConfig } from "../../../../src/postgrest/config/types.ts";
import { PgrstError } from "../../../../src/postgrest/errors/pgrst-error.ts";
import { AdjustableClock } from "../../../../src/time/clock.ts";
import { asymmetric, configWith, hs, NOW, SECRET } from "./tokens.ts";

const frozen = (): AdjustableClock => {
  const clock = new AdjustableClock();
  clock.freeze(NOW * 1000);
  return clock;
};
const authenticate = (token: string | null, config: Partial<EngineConfig> = {}, clock = frozen()) =>
  createAuthenticator(configWith(config), clock)(token === null ? [] : [["Authorization", `Bearer ${token}`]]);

function refusal(token: string | null, config: Partial<EngineConfig> = {}): PgrstError {
  try {
    authenticate(token, config);
  } catch (error) {
    if (error instanceof PgrstError) return error;
    throw error;
  }
  throw new Error("was let through");
}

describe("who a request runs as", () => {
  it("is the anonymous role without a token", () => {
    expect(authenticate(null)).toMatchObject({ role: "anon", authenticated: false, claimsJson: '{"role":"anon"}' });
  });

  it("is nobody where there is no anonymous role", () => {
    const error = refusal(null, { dbAnonRole: null });
    expect(error.status).toBe(401);
    expect(error.body?.code).toBe("PGRST302");
    expect(error.headers).toEqual([["WWW-Authenticate", "Bearer"]]);
  });

  it("is the role of the token", () => {
    const result = authenticate(hs({ sub: "user_1", role: "web" }));
    expect(result).toMatchObject({ role: "web", authenticated: true, claims: { sub: "user_1", role: "web" } });
  });

  it("is the anonymous role for a token without a role, which its claims then name", () => {
    expect(authenticate(hs({ sub: "x" })).claimsJson).toBe('{"role":"anon","sub":"x"}');
  });

  it("refuses a token without a role where there is no anonymous one, but complains of the clock first", () => {
    expect(refusal(hs({ sub: "x" }), { dbAnonRole: null }).body?.code).toBe("PGRST302");
    expect(refusal(hs({ sub: "x", exp: NOW - 60 }), { dbAnonRole: null }).body?.message).toBe("JWT expired");
  });

  it("follows jwt-role-claim-key into objects and lists", () => {
    const jwtRoleClaimKey = [
      { kind: "key", key: "roles" },
      { kind: "index", index: 1 },
    ] as const;
    expect(authenticate(hs({ roles: ["a", "b"] }), { jwtRoleClaimKey }).role).toBe("b");
    expect(authenticate(hs({ roles: ["a"] }), { jwtRoleClaimKey }).role).toBe("anon");
  });

  it.each([
    [null, "null"],
    [5, "5"],
    [{ a: 1 }, '{"a":1}'],
  ])("takes a role claim of %j for its JSON", (role, name) => {
    expect(authenticate(hs({ role })).role).toBe(name);
  });
});

describe("a token that does not hold", () => {
  it("answers 500 when no secret is configured", () => {
    expect(refusal(hs({}), { jwtSecret: null })).toMatchObject({ status: 500, body: { code: "PGRST300" } });
  });

  it("says why in body and header", () => {
    const error = refusal(hs({ exp: NOW - 31 }));
    expect(error).toMatchObject({ status: 401, body: { code: "PGRST301", message: "JWT expired" } });
    expect(error.headers).toEqual([
      ["WWW-Authenticate", 'Bearer error="invalid_token", error_description="JWT expired"'],
    ]);
  });

  it.each([
    ["another secret", hs({}, { secret: "another-secret-of-more-than-thirty-two-bytes" })],
    ["an algorithm that wants a longer secret", hs({}, { alg: "HS512" })],
  ])("does not verify with %s", (_, token) => {
    expect(refusal(token).body?.message).toBe("JWSError JWSInvalidSignature");
  });

  it("has no signature with alg none", () => {
    const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.e30.`;
    expect(refusal(unsigned).body?.message).toBe("JWSError JWSNoSignatures");
  });

  it("has its claims read before its signature is looked at", () => {
    const token = hs({ exp: "soon" }, { secret: "another-secret-of-more-than-thirty-two-bytes" });
    expect(refusal(token).body?.message).toContain("parsing NumericDate failed");
  });
});

describe("the clock", () => {
  it("may be off by half a minute either way", () => {
    expect(authenticate(hs({ role: "web", exp: NOW - 29, nbf: NOW + 29, iat: NOW + 29 })).role).toBe("web");
    expect(refusal(hs({ exp: NOW - 30 })).body?.message).toBe("JWT expired");
    expect(refusal(hs({ nbf: NOW + 31 })).body?.message).toBe("JWTNotYetValid");
    expect(refusal(hs({ iat: NOW + 31 })).body?.message).toBe("JWTIssuedAtFuture");
  });

  it("is asked again for a token that was verified before", () => {
    const clock = frozen();
    const check = createAuthenticator(configWith({}), clock);
    const headers = [["Authorization", `Bearer ${hs({ role: "web", exp: NOW + 10 })}`]] as const;
    expect(check(headers).role).toBe("web");
    clock.shift(39_000);
    expect(check(headers).role).toBe("web");
    clock.shift(1_000);
    expect(() => check(headers)).toThrow("JWT expired");
  });
});

describe("the audience", () => {
  const jwtAudience = "my-api";
  it("must be among the token's, if the token names any", () => {
    expect(authenticate(hs({ role: "web" }), { jwtAudience }).role).toBe("web");
    expect(authenticate(hs({ role: "web", aud: ["other", "my-api"] }), { jwtAudience }).role).toBe("web");
    expect(refusal(hs({ aud: "other" }), { jwtAudience }).body?.message).toBe("JWTNotInAudience");
    expect(refusal(hs({ aud: [] })).body?.message).toBe("JWTNotInAudience");
  });
});

describe("keys", () => {
  const claims = { role: "web" };
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwkOf = (key: { export(options: { format: "jwk" }): unknown }) => JSON.stringify(key.export({ format: "jwk" }));

  it.each(["RS256", "RS512", "PS256", "PS384"])("verifies %s with a JWK", (alg) => {
    const { publicKey, privateKey } = rsa;
    const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
    const token = asymmetric(claims, alg, privateKey, alg.startsWith("PS") ? pss : {});
    expect(authenticate(token, { jwtSecret: jwkOf(publicKey) }).role).toBe("web");
  });

  it.each([
    ["ES256", "P-256"],
    ["ES384", "P-384"],
    ["ES512", "P-521"],
    ["ES256K", "secp256k1"],
  ])("verifies %s on its curve only", (alg, namedCurve) => {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve });
    const token = asymmetric(claims, alg, privateKey);
    expect(authenticate(token, { jwtSecret: jwkOf(publicKey) }).role).toBe("web");
    const other = generateKeyPairSync("ec", { namedCurve: namedCurve === "P-256" ? "P-384" : "P-256" });
    expect(refusal(token, { jwtSecret: jwkOf(other.publicKey) }).body?.message).toBe("JWSError JWSInvalidSignature");
  });

  it("verifies EdDSA", () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    expect(authenticate(asymmetric(claims, "EdDSA", privateKey), { jwtSecret: jwkOf(publicKey) }).role).toBe("web");
  });

  it("tries every key of a set", () => {
    const { publicKey, privateKey } = rsa;
    const oct = { kty: "oct", k: Buffer.from(SECRET).toString("base64url") };
    const jwtSecret = JSON.stringify({ keys: [publicKey.export({ format: "jwk" }), oct] });
    expect(authenticate(hs(claims), { jwtSecret }).role).toBe("web");
    expect(authenticate(asymmetric(claims, "RS256", privateKey), { jwtSecret }).role).toBe("web");
  });

  it("has none in an empty set", () => {
    expect(refusal(hs(claims), { jwtSecret: '{"keys":[]}' }).body?.message).toBe("JWSError NoUsableKeys");
  });

  it("takes a set with an unreadable key for the text of a secret", () => {
    const jwtSecret = '{"keys":[{"kty":"oct","k":"AA"},{"kty":"other"}]}';
    expect(authenticate(hs(claims, { secret: jwtSecret }), { jwtSecret }).role).toBe("web");
  });

  it("decodes a base64 secret, URL-safe or not", () => {
    const bytes = "\u00fb\u00ff".repeat(16);
    const base64 = Buffer.from(bytes).toString("base64");
    const urlSafe = base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ".");
    for (const jwtSecret of [base64, urlSafe]) {
      expect(authenticate(hs(claims, { secret: bytes }), { jwtSecret, jwtSecretIsBase64: true }).role).toBe("web");
    }
  });
});
