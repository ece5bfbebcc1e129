import { describe, expect, it } from "vitest";
import { explain } from "../../../src/diagnosis/explain.ts";
import { signJws } from "../../../src/tokens/jws.ts";
import { context, refusedStep, type TraceParts, traceOf } from "./support.ts";

const codeOf = async (parts: TraceParts) => (await explain(traceOf(parts), context)).code;

describe("states, limits and the way to PostgREST", () => {
  it.each([
    ["edge.bot", "edge.bot", { userAgent: "sqlmap" }],
    ["host.unknown", "host.unknown", { host: "shop.example.com.", baseDomain: "flux.localhost" }],
    [
      "project.unknown",
      "project.unknown",
      { host: "api--shop--0000000.flux.localhost", slug: "shop", hash: "0000000" },
    ],
    ["project.catalog-down", "project.catalog-down", { message: "timeout" }],
    ["project.mode", "project.mode", { mode: "v1_dedicated" }],
    ["project.migrating", "project.migrating", { migrationStatus: "migrating" }],
    ["project.dormant", "project.dormant", { lifecycle: "dormant" }],
    ["project.archived", "project.archived", { lifecycle: "archived" }],
    ["project.secret-missing", "project.secret-missing", {}],
    ["limits.rate", "limits.rate", { count: 101, limit: 100, windowSeconds: 60 }],
    ["limits.inflight", "limits.inflight", { inflight: 1000, cap: 1000 }],
    ["upstream.timeout", "upstream.timeout", { ms: 8000 }],
    ["upstream.error", "upstream.error", { message: "connect ECONNREFUSED" }],
    ["upstream.double-slash", "upstream.double-slash", { path: "//notes" }],
  ])("%s", async (step, code, evidence) => {
    const diagnosis = await explain(traceOf({ steps: [refusedStep(step, evidence)] }), context);
    expect(diagnosis.code).toBe(code);
    expect(diagnosis.fix?.text).toBeTruthy();
    expect(diagnosis.title + diagnosis.because.join()).not.toContain("undefined");
  });

  it("names the host that would be right", async () => {
    const { fix } = await explain(
      traceOf({ steps: [refusedStep("host.unknown", { host: "x", baseDomain: "flux.localhost" })] }),
      context,
    );
    expect(fix?.text).toBe("Call api--shop--1a2b3c4.flux.localhost.");
  });

  it("a PostgREST outside the emulator says what its answer says", async () => {
    const body = JSON.stringify({
      code: "42501",
      message: "permission denied for table notes",
      details: null,
      hint: null,
    });
    const diagnosis = await explain(
      traceOf({ status: 403, body, steps: [refusedStep("upstream.403", { status: 403 })] }),
      context,
    );
    expect(diagnosis.code).toBe("upstream.answered");
    expect(diagnosis.title).toContain("permission denied for table notes");
  });
});

describe("tokens on v2, by the gateway's own reason", () => {
  it.each([
    [{ reason: "critical", names: ["x"], text: "crit" }, "token.critical"],
    [{ reason: "subject-blank", text: "blank" }, "token.subject-blank"],
    [{ reason: "audience", expected: "a", found: "b", text: "aud" }, "token.audience"],
    [{ reason: "claim-type", claim: "exp", found: "string", text: "" }, "token.claim-type"],
    [{ reason: "not-yet-valid", seconds: 5, text: "" }, "token.not-yet-valid"],
  ])("%j", async (evidence, code) => {
    expect(await codeOf({ status: 401, steps: [refusedStep(`token.${evidence.reason}`, evidence)] })).toBe(code);
  });
});

describe("tokens on v1, by PostgREST's message", () => {
  const ask = (
    message: string,
    claims: Record<string, unknown>,
    secret = "the-secret-of-the-project",
    code = "PGRST301",
  ) =>
    explain(
      traceOf({
        mode: "v1",
        status: 401,
        headers: [["authorization", `Bearer ${signJws({ alg: "HS256" }, claims, secret)}`]],
        steps: [refusedStep("auth.pgrst301", { error: { code, message, details: null, hint: null } })],
      }),
      context,
    );
  const now = Math.floor(Date.now() / 1000);

  it.each([
    ["JWTIssuedAtFuture", { iat: now + 120 }, "token.issued-in-future"],
    ["JWTNotYetValid", { nbf: now + 120 }, "token.not-yet-valid"],
    ["JWTNotInAudience", { aud: "x" }, "token.audience"],
    ["JWT expired", { exp: now - 120 }, "token.expired"],
    ["JWT expired", { exp: -1e20 }, "token.expired"],
    ["JWTNotYetValid", { nbf: 1e20 }, "token.not-yet-valid"],
    ['JWTClaimsSetDecodeError "Error in $.sub: …"', { sub: 5 }, "token.claim-type"],
  ])("%s", async (message, claims, code) => {
    expect((await ask(message, claims)).code).toBe(code);
  });

  it("a signature is looked for among the known secrets", async () => {
    const other = await ask("JWSError JWSInvalidSignature", { sub: "u" }, "the-secret-of-the-blog");
    expect(other).toMatchObject({ code: "token.other-secret" });
    expect(other.title).toContain("the secret of project blog");
    expect((await ask("JWSError JWSInvalidSignature", { sub: "u" }, '"the-secret-of-the-project"')).title).toContain(
      "with its quotes",
    );
  });

  it("no secret, no anonymous role", async () => {
    expect((await ask("Server lacks JWT secret", {}, "x", "PGRST300")).code).toBe("token.no-secret");
    expect((await ask("Anonymous access is disabled", {}, "x", "PGRST302")).code).toBe("token.required");
  });
});
