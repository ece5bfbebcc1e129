import { describe, expect, test } from "vitest";
import { MintError } from "../../../src/idp/mint.ts";
import { call, decode, hmacVerifies, makeIdp, rsaVerifies, SECRET, USERS } from "../../support/idp.ts";

const NOW = Date.UTC(2026, 0, 1) / 1000;

describe("a template token", () => {
  test("is what Clerk issues for Flux: HS256 with the project's secret, no kid, automatic claims in order", async () => {
    const { idp } = await makeIdp();
    const { jwt } = idp.mint({ user: "alice" });
    const { header, claims } = decode(jwt);
    expect(JSON.stringify(header)).toBe('{"alg":"HS256","cat":"cl_B7d4PD222AAA","typ":"JWT"}');
    expect(Object.keys(claims)).toEqual(["email", "exp", "iat", "iss", "jti", "nbf", "role", "sub"]);
    expect(claims).toMatchObject({
      email: "alice@example.com",
      role: "authenticated",
      sub: USERS[0]!.id,
      iss: idp.instance.issuer,
      iat: NOW,
      nbf: NOW - 5,
      exp: NOW + 60,
    });
    expect(claims["jti"]).toMatch(/^[0-9a-f]{20}$/);
    expect(hmacVerifies(jwt, SECRET)).toBe(true);
  });

  test("follows the project's secret when the mode changes it", async () => {
    let secret = "first";
    const { idp } = await makeIdp({ projectSecret: () => secret });
    secret = "second";
    expect(hmacVerifies(idp.mint({ user: "alice" }).jwt, "second")).toBe(true);
  });

  test("comes from the config's template, with its lifetime, skew, key and algorithm", async () => {
    const { idp } = await makeIdp({
      templates: {
        other: {
          claims: { aud: "app" },
          lifetime: 600,
          allowedClockSkew: 30,
          signingKey: "own",
          signingAlgorithm: "HS512",
        },
        public: { claims: {}, signingAlgorithm: "RS256" },
      },
    });
    const other = idp.mint({ user: "alice", template: "other" });
    expect(other.header["alg"]).toBe("HS512");
    expect(other.claims).toMatchObject({ aud: "app", exp: NOW + 600, nbf: NOW - 30 });
    expect(hmacVerifies(other.jwt, "own", "sha512")).toBe(true);
    const open = idp.mint({ user: "alice", template: "public" });
    expect(open.header).toEqual({ alg: "RS256", cat: "cl_B7d4PD222AAA", kid: idp.instance.id, typ: "JWT" });
    expect(rsaVerifies(open.jwt, idp)).toBe(true);
  });
});

describe("a session token", () => {
  test("is Clerk's version 2", async () => {
    const { idp } = await makeIdp();
    const { jwt, header, claims } = idp.mint({ user: "alice", session: true });
    expect(header).toEqual({ alg: "RS256", cat: "cl_B7d4PD111AAA", kid: idp.instance.id, oiat: NOW, typ: "JWT" });
    expect(Object.keys(claims)).toEqual(["exp", "fva", "iat", "iss", "nbf", "sid", "sts", "sub", "v"]);
    expect(claims).toMatchObject({ v: 2, sts: "active", fva: [99999, -1], nbf: NOW - 10, exp: NOW + 60 });
    expect(rsaVerifies(jwt, idp)).toBe(true);
  });

  test("names the active organisation without the role's prefix, and the page that asked", async () => {
    const { idp } = await makeIdp();
    const { claims } = idp.mint({
      user: "alice",
      session: true,
      organization: "acme",
      origin: "http://localhost:3000",
    });
    expect(claims["o"]).toEqual({ id: USERS[0]!.organizations[0]!.id, rol: "admin", slg: "acme" });
    expect(claims["azp"]).toBe("http://localhost:3000");
  });

  test("of one user always comes from the same server session", async () => {
    const { idp } = await makeIdp();
    const sid = (user: string) => idp.mint({ user, session: true }).claims["sid"];
    expect(sid("alice")).toBe(sid("alice"));
    expect(sid("alice")).not.toBe(sid("bob"));
  });
});

describe("a token that is wrong on purpose", () => {
  test.each([
    ["expired", { expiresIn: -10 }, { exp: NOW - 10, iat: NOW - 70, nbf: NOW - 75 }],
    ["not valid yet", { notBefore: 60 }, { nbf: NOW + 60, exp: NOW + 120 }],
    ["with a blank subject", { subject: "" }, { sub: "" }],
    ["with claims replaced", { claims: { role: "postgres", iss: "x" } }, { role: "postgres", iss: "x" }],
  ])("%s", async (_, options, expected) => {
    const { idp } = await makeIdp();
    const { claims, jwt } = idp.mint({ user: "alice", ...options });
    expect(claims).toMatchObject(expected);
    expect(hmacVerifies(jwt, SECRET)).toBe(true);
  });

  test("without claims", async () => {
    const { idp } = await makeIdp();
    expect(idp.mint({ user: "alice", subject: null }).claims).not.toHaveProperty("sub");
    expect(Object.keys(idp.mint({ user: "alice", drop: ["exp", "email"] }).claims)).not.toContain("exp");
  });

  test("signed in another way", async () => {
    const { idp } = await makeIdp();
    const mint = (options: object) => idp.mint({ user: "alice", ...options });
    expect(hmacVerifies(mint({ secret: "other" }).jwt, "other")).toBe(true);
    expect(mint({ algorithm: "none" }).jwt).toMatch(/\.$/);
    expect(mint({ algorithm: "none" }).header["alg"]).toBe("none");
    expect(hmacVerifies(mint({ algorithm: "HS512" }).jwt, SECRET, "sha512")).toBe(true);
    expect(rsaVerifies(mint({ algorithm: "RS256" }).jwt, idp)).toBe(true);
  });
});

describe("mistakes in the order", () => {
  test.each([
    [{ user: "dave" }, /no user "dave"\. Users: alice, bob, carol/],
    [{ user: "alice", template: "nope" }, /no JWT template "nope"\. Templates: flux/],
    [{ user: "carol", organization: "acme" }, /carol does not belong to an organisation "acme"/],
    [{ user: "alice", template: "flux", session: true }, /either a session token or made from a template/],
    [{ user: "alice", algorithm: "RS256", secret: "x" } as const, /A secret signs HS256, HS384 or HS512, not RS256/],
  ])("%j", async (options, message) => {
    const { idp } = await makeIdp();
    expect(() => idp.mint(options)).toThrow(MintError);
    expect(() => idp.mint(options)).toThrow(message);
  });
});

describe("the minting API", () => {
  test("answers token, header and claims", async () => {
    const { idp } = await makeIdp();
    const { status, data } = await call(idp, "POST", "/v1/emulator/tokens", {
      json: { user: "bobby", claims: { a: 1 } },
    });
    expect(status).toBe(200);
    expect(data.claims).toMatchObject({ sub: USERS[1]!.id, a: 1 });
    expect(hmacVerifies(data.jwt, SECRET)).toBe(true);
  });

  test("refuses what it does not know, in Clerk's shape", async () => {
    const { idp } = await makeIdp();
    const unknown = await call(idp, "POST", "/v1/emulator/tokens", { json: { user: "dave" } });
    expect(unknown.status).toBe(422);
    expect(unknown.data.errors[0]).toMatchObject({ code: "mint_refused" });
    const typo = await call(idp, "POST", "/v1/emulator/tokens", { json: { user: "alice", exp: 1 } });
    expect(typo.status).toBe(400);
    expect(typo.data.errors[0].message).toMatch(/exp/);
  });

  test("is not for pages from elsewhere", async () => {
    const { idp } = await makeIdp();
    const ask = (Origin: string) =>
      call(idp, "POST", "/v1/emulator/tokens", { json: { user: "alice" }, headers: { Origin } });
    expect((await ask("http://localhost:3000")).status).toBe(200);
    expect((await ask("https://example.org")).status).toBe(403);
  });
});
