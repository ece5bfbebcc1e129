import { describe, expect, it } from "vitest";
import type { Catalog, CatalogEntry } from "../../../src/gateway/types.ts";
import { bearer, bench, message, project, SECRET } from "./support.ts";

const codes = (steps: readonly { code: string }[]) => steps.map(({ code }) => code);

it("does not look at anything else of a method that is none", async () => {
  const { get, steps } = bench();
  const { status, headers, body } = await get("/health", [], "FOO");
  expect([status, headers, body]).toEqual([400, [], ""]);
  expect(codes(steps)).toEqual(["edge.method"]);
});

describe("which project", () => {
  it.each([
    ["api--notes--1a2b3c4.flux.localhost:8443", "host.flat"],
    ["API--NOTES--1A2B3C4.FLUX.LOCALHOST", "host.flat"],
    ["api.notes.1a2b3c4.flux.localhost", "host.dotted"],
    ["notes-1a2b3c4.flux.localhost", "host.slugHash"],
    ["notes.example.test", "host.custom"],
  ])("%s resolves", async (host, code) => {
    const { get, steps } = bench();
    expect((await get("/notes", [["Host", host]])).status).toBe(401);
    expect(steps[0]).toMatchObject({ code, evidence: { projectId: project.projectId } });
  });

  it.each([
    ["api--notes--1a2b3c4.flux.localhost.", "host.unknown"],
    ["x.api--notes--1a2b3c4.flux.localhost", "host.unknown"],
    ["api--notes--1a2b3c4.x.flux.localhost", "project.unknown"],
    ["api--notes--1a2b3c4.other.test", "host.unknown"],
    ["api--notes--1a2b3c.flux.localhost", "project.unknown"],
    ["api--notes--1a2b3c4d.flux.localhost", "project.unknown"],
    ["api--notes--1a2b3cz.flux.localhost", "project.unknown"],
    ["api--other--1a2b3c4.flux.localhost", "project.unknown"],
    ["flux.localhost", "host.unknown"],
    ["127.0.0.1:4000", "host.unknown"],
    ["localhost", "host.unknown"],
    ["", "host.unknown"],
  ])("%j does not", async (host, code) => {
    const { get, steps } = bench();
    const response = await get("/notes", [["Host", host], bearer()]);
    expect([response.status, response.body]).toEqual([404, '{"error":"tenant not found"}']);
    expect(codes(steps)).toEqual([code]);
  });

  it("does not look at X-Forwarded-Host, and joins a repeated Host", async () => {
    const { get } = bench();
    const forwarded = [["X-Forwarded-Host", "notes.example.test"]] as const;
    expect((await get("/", [["Host", "a.test"], ...forwarded])).status).toBe(404);
    const twice = [["Host", "notes.example.test"] as const, ["Host", "notes.example.test"] as const];
    expect((await get("/", twice)).status).toBe(404);
  });

  it("takes loopback names for the stack's own project", async () => {
    const { get, catalog, steps } = bench();
    catalog.setLocal(project.projectId);
    for (const host of ["localhost:4000", "127.0.0.1:4000", "LOCALHOST"]) {
      expect((await get("/notes", [["Host", host]])).status).toBe(401);
    }
    expect(steps[0]!.code).toBe("host.local");
    expect((await get("/notes", [["Host", "127.0.0.2"]])).status).toBe(404);
  });

  it("cannot tell an unreachable catalog from an unknown project", async () => {
    const { get, catalog, steps } = bench();
    const down: Catalog["byDomain"] = () => Promise.reject(new Error("connection refused"));
    Object.assign(catalog, { byDomain: down });
    expect((await get("/notes", [bearer()])).body).toBe('{"error":"tenant not found"}');
    expect(codes(steps)).toEqual(["project.catalog-down"]);
  });
});

describe("whether it takes traffic", () => {
  it.each<[string, Partial<CatalogEntry>, number, string]>([
    ["v1", { mode: "v1_dedicated" }, 502, 'project mode "v1_dedicated" is not routed through this gateway'],
    [
      "v1 and migrating",
      { mode: "v1_dedicated", migrationStatus: "migrating" },
      502,
      'project mode "v1_dedicated" is not routed through this gateway',
    ],
    ["migrating", { migrationStatus: "migrating" }, 503, "project is migrating; try again later"],
    [
      "migrating and archived",
      { migrationStatus: "migrating", lifecycle: "archived" },
      503,
      "project is migrating; try again later",
    ],
    ["dormant", { lifecycle: "dormant" }, 503, "project is dormant; wake the project to resume API traffic"],
    ["archived", { lifecycle: "archived" }, 503, "project is archived; wake the project to resume API traffic"],
  ])("%s: refused before the token is read", async (_, entry, status, text) => {
    const { get, received, steps } = bench({ entry });
    const response = await get("/notes");
    expect([response.status, message(response)]).toEqual([status, text]);
    expect(response.headers).toEqual([["content-type", "application/json"]]);
    expect(await get("/notes", [bearer()])).toEqual(response);
    expect(received).toEqual([]);
    expect(steps.at(-1)).toMatchObject({ layer: "project", outcome: "refused" });
  });

  it.each<[string, Partial<CatalogEntry>]>([
    ["migrating without drain", { migrationStatus: "migrating_no_drain" }],
    ["no lifecycle", { lifecycle: null }],
    ["active", {}],
  ])("%s: served", async (_, entry) => expect((await bench({ entry }).get("/notes", [bearer()])).status).toBe(200));

  it("changes with the catalog", async () => {
    const { get, catalog } = bench();
    catalog.update(project.projectId, { lifecycle: "dormant" });
    expect((await get("/notes", [bearer()])).status).toBe(503);
    catalog.update(project.projectId, { lifecycle: "active" });
    expect((await get("/notes", [bearer()])).status).toBe(200);
  });
});

describe("the token", () => {
  it.each([
    [[], "authorization required", "token.missing"],
    [[["Authorization", ""]], "authorization required", "token.empty"],
    [[["Authorization", "Basic abc"]], "authorization required", "token.scheme"],
    [[["Authorization", "Bearer "]], "authorization required", "token.empty"],
    [[["apikey", "x"]], "authorization required", "token.missing"],
    [[["Cookie", "authorization=x"]], "authorization required", "token.missing"],
    [[["Authorization", "Bearer x"]], "invalid or expired token", "token.malformed"],
    [[bearer({ sub: "u", exp: 1_799_999_999 })], "invalid or expired token", "token.expired"],
    [[bearer({ sub: "u" }, "other")], "invalid or expired token", "token.signature"],
    [[bearer({})], "invalid or expired token", "token.subject-missing"],
    [[bearer(), bearer()], "invalid or expired token", "token.malformed"],
  ] as const)("%j: %s", async (headers, text, code) => {
    const { get, steps } = bench();
    const response = await get("/notes?apikey=x", headers);
    expect([response.status, message(response)]).toEqual([401, text]);
    expect(steps.at(-1)).toMatchObject({ layer: "token", outcome: "refused", code });
  });

  it("is not verified without a project secret, and its lack is not logged", async () => {
    const { get, lines } = bench({ entry: { jwtSecret: null } });
    expect(message(await get("/notes"))).toBe("authorization required");
    const response = await get("/notes", [["Authorization", "Bearer whatever"]]);
    const text = "project jwt_secret missing; run repair on the control plane";
    expect([response.status, message(response)]).toEqual([503, text]);
    expect(lines).toHaveLength(1);
  });

  it("must name the audience where the project asks for one, which the platform does not", async () => {
    const { get, steps } = bench({ entry: { audience: "notes" } });
    expect((await get("/notes", [bearer({ sub: "u", aud: ["notes"] })])).status).toBe(200);
    expect((await get("/notes", [bearer({ sub: "u", aud: "other" })])).status).toBe(401);
    expect(steps.at(-1)).toMatchObject({ code: "token.audience", evidence: { expected: "notes", found: "other" } });
  });

  it("never shows up in what is recorded", async () => {
    const { get, steps } = bench();
    await get("/notes", [bearer({ sub: "u" }, "other")]);
    await get("/notes", [bearer()]);
    expect(JSON.stringify(steps)).not.toMatch(/eyJ/);
    expect(JSON.stringify(steps)).not.toContain(SECRET);
  });
});

describe("the ladder", () => {
  it("reports each step in order, and what the bridge dropped", async () => {
    const { get, steps } = bench();
    await get("/notes", [bearer({ sub: "u", email: "a@example.test", org_id: "org_1" })]);
    expect(codes(steps)).toEqual(["host.flat", "project.active", "token.verified", "bridge.minted", "limits.passed"]);
    expect(steps[3]!.evidence).toMatchObject({ dropped: ["org_id"], claims: { email: "a@example.test" } });
  });

  it("logs one line in pino's shape", async () => {
    const { get, lines } = bench();
    await get("/notes", [bearer()]);
    await get("/notes", [["Host", "Nobody.test:1"]]);
    const common = { level: 30, time: 1_800_000_000_000, service: "flux-gateway", rate_limited: false };
    const { projectId, mode } = project;
    const host = "api--notes--1a2b3c4.flux.localhost";
    expect(lines).toEqual([
      { ...common, host, tenantId: projectId, mode, status: 200, duration_ms: expect.any(Number), cache: "db" },
      {
        ...common,
        host: "Nobody.test:1",
        tenantId: null,
        mode: null,
        status: 404,
        duration_ms: expect.any(Number),
        cache: null,
      },
    ]);
  });

  it("gives HEAD the refusal without its body", async () => {
    expect(await bench().get("/notes", [], "HEAD")).toEqual({
      status: 401,
      headers: [["content-type", "application/json"]],
      body: "",
    });
  });
});
