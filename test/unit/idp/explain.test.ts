import { describe, expect, test } from "vitest";
import { type ExplainContext, explainToken } from "../../../src/idp/explain.ts";
import type { MintOptions } from "../../../src/idp/mint.ts";
import { createAuthenticator } from "../../../src/postgrest/auth/authenticate.ts";
import { readConfig } from "../../../src/postgrest/config/read.ts";
import { dialects } from "../../../src/postgrest/dialect.ts";
import { PgrstError } from "../../../src/postgrest/errors/pgrst-error.ts";
import { staticKey } from "../../../src/tokens/keys.ts";
import { makeIdp, SECRET } from "../../support/idp.ts";

const V1 = "the-secret-of-the-other-mode-with-32-characters";

/** The context that the stack gives: PostgREST's verdict is PostgREST's. */
async function setup(more: Partial<ExplainContext> = {}) {
  const { idp, clock } = await makeIdp();
  const env = { PGRST_JWT_SECRET: V1, PGRST_DB_ANON_ROLE: "anon" };
  const authenticate = createAuthenticator(readConfig({ env }, dialects["12.0"]), clock);
  const postgrest = (jwt: string) => {
    try {
      return { role: authenticate([["Authorization", `Bearer ${jwt}`]]).role };
    } catch (error) {
      if (error instanceof PgrstError) return { refused: error.message };
      throw error;
    }
  };
  const context = { instance: idp.instance, clock, secrets: { v1: V1, v2: SECRET }, postgrest, ...more };
  return { idp, clock, explain: (jwt: string) => explainToken(jwt, context) };
}

async function explain(options: Omit<MintOptions, "user">, more?: Partial<ExplainContext>) {
  const { idp, explain } = await setup(more);
  return explain(idp.mint({ user: "alice", ...options }).jwt);
}

test("the flux token of v2 is accepted there alone, and what is dropped is said", async () => {
  const { kind, times, verdicts, advice } = await explain({});
  expect(kind).toBe("template token");
  expect(times).toEqual([
    expect.stringMatching(/^issued 0 s ago/),
    expect.stringMatching(/^valid since 5 s ago/),
    expect.stringMatching(/^expires in 60 s \(2026-01-01T00:01:00/),
  ]);
  expect(verdicts).toEqual([
    expect.objectContaining({
      by: "v2 gateway",
      accepts: true,
      reason: expect.stringMatching(/sub .* and email\. Dropped: iss, jti, role\.$/),
    }),
    expect.objectContaining({ by: "v1 PostgREST", accepts: false, reason: "JWSError JWSInvalidSignature." }),
    expect.objectContaining({ by: "Clerk SDK", accepts: false, answer: "signed-out, token-type-mismatch" }),
  ]);
  expect(advice).toEqual(["It is signed with the project's v2 secret; v1 has another."]);
});

test("the session token is for Clerk's SDKs", async () => {
  const { kind, verdicts, advice } = await explain({ session: true });
  expect(kind).toBe("session token");
  expect(verdicts.map(({ accepts }) => accepts)).toEqual([false, false, true]);
  expect(advice).toEqual([expect.stringContaining('getToken({ template: "flux" })')]);
});

describe("each way of being wrong has its reason at each door", () => {
  test.each<[string, Omit<MintOptions, "user">, RegExp, RegExp]>([
    ["expired", { expiresIn: -10 }, /expired 10 s ago; no leeway/, /InvalidSignature/],
    ["expired on v1, within its leeway", { expiresIn: -10, secret: V1 }, /signature/, /every claim/],
    ["expired on v1", { expiresIn: -40, secret: V1 }, /signature/, /JWT expired/],
    ["not valid yet", { notBefore: 60 }, /valid in 60 s/, /InvalidSignature/],
    ["unsigned", { algorithm: "none" }, /alg is "none"/, /JWSNoSignatures/],
    ["HS512", { algorithm: "HS512" }, /alg is "HS512"/, /InvalidSignature/],
    ["RS256", { algorithm: "RS256" }, /alg is "RS256"/, /InvalidSignature/],
    ["without sub", { subject: null }, /sub is missing/, /InvalidSignature/],
    ["with a blank sub", { subject: " " }, /sub is blank/, /InvalidSignature/],
  ])("%s", async (_, options, gateway, postgrest) => {
    const { verdicts } = await explain(options);
    expect(verdicts[0]!.reason).toMatch(gateway);
    expect(verdicts[1]!.reason).toMatch(postgrest);
  });

  test.each<[string, Omit<MintOptions, "user">, string]>([
    ["expired", { expiresIn: -6 }, "token-expired"],
    ["not valid yet", { notBefore: 6 }, "token-not-active-yet"],
    ["from the future", { claims: { iat: 4_000_000_000 } }, "token-iat-in-the-future"],
    ["signed with a secret", { secret: "x" }, "token-invalid-algorithm"],
    ["without sub", { subject: null }, "token-verification-failed"],
    ["pending", { claims: { sts: "pending" } }, "pending"],
  ])("a session token: %s", async (_, options, code) => {
    const { verdicts } = await explain({ session: true, ...options });
    expect(verdicts[2]).toMatchObject({ accepts: false, answer: `signed-out, ${code}` });
  });
});

test("an audience is looked at only when the project asks for one", async () => {
  const wrong = { claims: { aud: "elsewhere" } };
  expect((await explain(wrong)).verdicts[0]!.accepts).toBe(true);
  const { verdicts } = await explain(wrong, { audience: "notes" });
  expect(verdicts[0]).toMatchObject({ accepts: false, reason: expect.stringContaining('aud is "elsewhere"') });
});

test("a token that never ends is said to", async () => {
  expect((await explain({ drop: ["exp"] })).times).toContain("never expires: it has no exp");
});

test("a time that is no date is told as the number it is", async () => {
  for (const exp of [1e20, -1e20]) {
    const { times } = await explain({ claims: { exp } });
    expect(times.at(-1)).toContain(`(${exp}, beyond any date`);
  }
});

test("static keys and other issuers are told apart", async () => {
  const { explain: explainOf, clock } = await setup();
  const key = explainOf(staticKey("anon", V1, clock));
  expect(key).toMatchObject({ kind: "static key" });
  expect(key.verdicts[1]).toMatchObject({ accepts: true, answer: "runs as anon" });
  const { verdicts, kind } = explainOf("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.AAAA");
  expect(kind).toBe("token of another issuer");
  expect(verdicts[2]!.answer).toBe("signed-out, jwk-kid-mismatch");
});

test("what is no token is said to be none", async () => {
  const { explain: explainOf } = await setup();
  expect(explainOf("nonsense")).toMatchObject({ kind: "not a token", times: [] });
  expect(explainOf("nonsense").verdicts.map(({ accepts }) => accepts)).toEqual([false, false, false]);
});
