import { describe, expect, it } from "vitest";
import { customHostname, projectHosts, serviceUrl } from "../../../src/project/address.ts";
import { projectIdentity, stableProjectId } from "../../../src/project/identity.ts";
import { newPoolSecret, newProjectSecret, newSecrets } from "../../../src/project/secrets.ts";
import { assertSlug, isHash, localHash, slugFrom } from "../../../src/project/slug.ts";
import { assertSchemaIdentifier, shortId, shortIdOfSchema, tenantNames } from "../../../src/project/tenant.ts";

describe("slug", () => {
  it.each([
    ["My App", "my-app"],
    ["--Über  Café!!", "ber-caf"],
    ["a__b--c", "a-b-c"],
    ["x".repeat(300), "x".repeat(300)],
  ])("%j becomes %j", (name, slug) => expect(slugFrom(name)).toBe(slug));

  it("refuses a name without letters or digits", () => {
    expect(() => slugFrom("!!!")).toThrow('Invalid project name "!!!": use letters, numbers, or separators');
  });

  it("refuses a slug that is not in its final form", () => {
    expect(() => assertSlug("My App")).toThrow('slug must already be normalized (expected "my-app", got "My App").');
    expect(() => assertSlug("my-app")).not.toThrow();
  });
});

describe("hash", () => {
  it("is seven lower-case hex digits", () => {
    expect([isHash("1a2b3c4"), isHash("1A2B3C4"), isHash("1a2b3c"), isHash("1a2b3cg")]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it("of a placeholder depends on the slug alone", () => {
    expect(isHash(localHash("demo"))).toBe(true);
    expect(localHash("demo")).toBe(localHash("demo"));
    expect(localHash("demo")).not.toBe(localHash("demo2"));
  });
});

describe("identity", () => {
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

  it("makes ids in the form of a random UUID, with the short id in front where it is fixed", () => {
    expect(stableProjectId("a", "1a2b3c4")).toMatch(uuid);
    expect(shortId(stableProjectId("a", "1a2b3c4", "0123456789ab"))).toBe("0123456789ab");
  });

  it("derives the same id again, and another for another project", () => {
    expect(stableProjectId("a", "1a2b3c4")).toBe(stableProjectId("a", "1a2b3c4"));
    expect(stableProjectId("a", "1a2b3c4")).not.toBe(stableProjectId("b", "1a2b3c4"));
    expect(stableProjectId("a", "1a2b3c4")).not.toBe(stableProjectId("a", "1a2b3c5"));
  });

  it("derives tenant names from the first 12 hex digits", () => {
    expect(tenantNames("01234567-89AB-4f2b-a05c-7a1b4348fce4")).toEqual({
      schema: "t_0123456789ab_api",
      runtimeRole: "t_0123456789ab_role",
      ownerRole: "t_0123456789ab_ddl",
    });
    expect(shortIdOfSchema("t_0123456789ab_api")).toBe("0123456789ab");
    expect(shortIdOfSchema("t_0123456789AB_api")).toBeUndefined();
    expect(shortIdOfSchema("api")).toBeUndefined();
  });

  it("refuses an id or a schema name as the platform does", () => {
    expect(() => shortId("nope")).toThrow('Cannot derive tenant short id: invalid shortId "nope" from project id');
    expect(() => assertSchemaIdentifier("1x")).toThrow(
      'Invalid API schema identifier "1x" (expected /^[A-Za-z_][A-Za-z0-9_]*$/)',
    );
  });

  it("lower-cases hash and id and defaults the v1 schema", () => {
    expect(projectIdentity({ slug: "a", hash: "1A2B3C4", id: "01234567-89AB-4F2B-A05C-7A1B4348FCE4" })).toEqual({
      slug: "a",
      hash: "1a2b3c4",
      id: "01234567-89ab-4f2b-a05c-7a1b4348fce4",
      sid: "0123456789ab",
      v1Schema: "api",
    });
  });
});

describe("address", () => {
  const project = { slug: "my--app", hash: "1a2b3c4" };

  it("has the platform's host forms", () => {
    expect(projectHosts(project, "example.test")).toEqual({
      flat: "api--my--app--1a2b3c4.example.test",
      dotted: "api.my--app.1a2b3c4.example.test",
      slugHash: "my--app-1a2b3c4.example.test",
    });
  });

  it("prints the flat form, without the scheme's own port", () => {
    expect(serviceUrl(project, { port: 4000 })).toBe("http://api--my--app--1a2b3c4.flux.localhost:4000");
    expect(serviceUrl(project, { port: 80 })).toBe("http://api--my--app--1a2b3c4.flux.localhost");
  });

  it("stores custom domains in lower case without port and refuses its own", () => {
    expect(customHostname("API.Example.com:8080")).toBe("api.example.com");
    expect(() => customHostname("no spaces")).toThrow("hostname is invalid.");
    expect(() => customHostname("-x.example.com")).toThrow("hostname is invalid.");
    for (const host of ["api--a--1a2b3c4.flux.localhost", "api.a.1a2b3c4.flux.localhost"]) {
      expect(() => customHostname(host)).toThrow(
        "Cannot claim Flux-managed platform hostnames (api--slug--hash or legacy API subdomains).",
      );
    }
  });
});

describe("secrets", () => {
  it("have the platform's lengths and alphabets", () => {
    expect(newProjectSecret("v2")).toMatch(/^[A-Za-z0-9+/]{48}$/);
    expect(newProjectSecret("v1")).toMatch(/^[0-9a-f]{64}$/);
    expect(newPoolSecret().length).toBeGreaterThanOrEqual(32);
  });

  it("take a fixed project secret for both modes", () => {
    const secrets = newSecrets({ project: "mine" });
    expect(secrets.project).toEqual({ v1: "mine", v2: "mine" });
    expect(secrets.pool).not.toBe(secrets.database);
  });
});
