/** The real @clerk/backend against the emulator: what its `verifyToken` says of each kind of token. */
import { generateKeyPairSync } from "node:crypto";
import { verifyToken } from "@clerk/backend";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Listening, listen } from "../../../src/http/node.ts";
import type { Idp } from "../../../src/idp/idp.ts";
import { type JwsHeader, signJws } from "../../../src/tokens/jws.ts";
import { makeIdp } from "../../support/idp.ts";

let idp: Idp;
let server: Listening;
let keys: { secretKey: string; apiUrl: string };

beforeAll(async () => {
  // The packages ask the machine's clock, so this provider must not stand still.
  const made = await makeIdp();
  made.clock.reset();
  idp = made.idp;
  server = await listen(idp.handle, { port: 0 });
  keys = { secretKey: idp.instance.secretKey, apiUrl: server.url };
});
afterAll(() => server.close());

/** A session token with header and claims changed, signed anew. */
function forge(header: object, claims: object, key = idp.instance.privateKey): string {
  const right = idp.mint({ user: "alice", session: true });
  return signJws({ ...right.header, ...header } as JwsHeader, { ...right.claims, ...claims }, key);
}

const now = () => Math.floor(Date.now() / 1000);

describe("accepted", () => {
  test("a session token, with the JWKS fetched from the emulator", async () => {
    const { jwt, claims } = idp.mint({ user: "alice", session: true });
    await expect(verifyToken(jwt, keys)).resolves.toMatchObject({ sub: claims["sub"], sid: claims["sid"], v: 2 });
  });

  test.each([
    ["as it is", (pem: string) => pem],
    ["without line breaks", (pem: string) => pem.replaceAll("\n", "")],
  ])("a session token, with the public key in PEM %s", async (_, shape) => {
    const { jwt } = idp.mint({ user: "alice", session: true });
    await expect(verifyToken(jwt, { jwtKey: shape(idp.instance.publicKey) })).resolves.toHaveProperty("sub");
  });

  test("an RS256 template token: only authenticateRequest minds its class", async () => {
    const { jwt } = idp.mint({ user: "alice", algorithm: "RS256" });
    await expect(verifyToken(jwt, keys)).resolves.toMatchObject({ role: "authenticated" });
  });

  test("five seconds of skew either way", async () => {
    await expect(verifyToken(forge({}, { exp: now() - 2 }), keys)).resolves.toHaveProperty("sub");
    await expect(verifyToken(forge({}, { nbf: now() + 3 }), keys)).resolves.toHaveProperty("sub");
  });

  test("an azp that is among the authorized parties", async () => {
    const origin = "http://localhost:3000";
    const { jwt } = idp.mint({ user: "alice", session: true, origin });
    await expect(verifyToken(jwt, { ...keys, authorizedParties: [origin] })).resolves.toMatchObject({ azp: origin });
  });
});

describe("refused", () => {
  const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const party = { authorizedParties: ["http://localhost:3000"] };

  test.each<[string, () => string, object, string]>([
    ["the flux token by JWKS", () => idp.mint({ user: "alice" }).jwt, {}, "jwk-kid-mismatch"],
    ["expired", () => idp.mint({ user: "alice", session: true, expiresIn: -6 }).jwt, {}, "token-expired"],
    ["not valid yet", () => idp.mint({ user: "alice", session: true, notBefore: 30 }).jwt, {}, "token-not-active-yet"],
    ["issued in the future", () => forge({}, { iat: now() + 30 }), {}, "token-iat-in-the-future"],
    ["another key under the same kid", () => forge({}, {}, other), {}, "token-invalid-signature"],
    ["an unknown kid", () => forge({ kid: "ins_unknown" }, {}), {}, "jwk-kid-mismatch"],
    ["no azp", () => idp.mint({ user: "alice", session: true }).jwt, party, "token-invalid-authorized-parties"],
    [
      "another azp",
      () => idp.mint({ user: "alice", session: true, origin: "http://evil.test" }).jwt,
      party,
      "token-invalid-authorized-parties",
    ],
    ["no sub", () => idp.mint({ user: "alice", session: true, subject: null }).jwt, {}, "token-verification-failed"],
    ["no exp", () => idp.mint({ user: "alice", session: true, drop: ["exp"] }).jwt, {}, "token-verification-failed"],
    ["another audience", () => forge({}, { aud: "a" }), { audience: "b" }, "token-verification-failed"],
    ["another typ", () => forge({ typ: "at+jwt" }, {}), {}, "token-invalid"],
    ["a machine's token class", () => forge({ cat: "cl_B7d4PD333AAA" }, {}), {}, "token-invalid"],
    ["not a token", () => "nonsense", {}, "token-invalid"],
  ])("%s", async (_, token, options, reason) => {
    await expect(verifyToken(token(), { ...keys, ...options })).rejects.toMatchObject({ reason });
  });

  test("the flux token by PEM", async () => {
    const { jwt } = idp.mint({ user: "alice" });
    await expect(verifyToken(jwt, { jwtKey: idp.instance.publicKey })).rejects.toMatchObject({
      reason: "token-invalid-algorithm",
    });
  });

  test("a wrong secret key", async () => {
    const { jwt } = idp.mint({ user: "alice", session: true });
    await expect(verifyToken(jwt, { ...keys, secretKey: "sk_test_wrong" })).rejects.toMatchObject({
      reason: "secret-key-invalid",
    });
  });
});
