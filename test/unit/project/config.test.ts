import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/project/config.ts";

const FILE = "flux-dev.config.json";

describe("configuration", () => {
  it("is all defaults when empty", () => {
    expect(parseConfig({}, FILE)).toEqual({
      strict: false,
      ports: {},
      baseDomain: "flux.localhost",
      domains: [],
      cors: { origins: [] },
      secrets: {},
      jwtTemplates: {},
      limits: {},
      lint: { ignore: [] },
      postgres: "embedded",
      durable: true,
      postgrest: "builtin",
      docker: {},
      postgrestEnv: {},
    });
  });

  it("fills in a template's lifetime, skew and algorithm", () => {
    expect(parseConfig({ jwtTemplates: { flux: { claims: { role: "authenticated" } } } }, FILE).jwtTemplates).toEqual({
      flux: { claims: { role: "authenticated" }, lifetime: 60, allowedClockSkew: 5, algorithm: "HS256" },
    });
  });

  it.each([
    [{ ports: { service: "4000" } }, "ports.service: expected number, received string"],
    [{ ports: { http: 4000 } }, 'ports: Unrecognized key: "http"'],
    [{ strcit: true }, 'Unrecognized key: "strcit"'],
    [{ seed: 5 }, "seed: must be a path, a list of paths, or false"],
    [{ limits: { rate: 5 } }, 'limits.rate: must be false or {"requests": n, "windowSeconds": n}'],
    [{ secrets: { pool: "short" } }, "secrets.pool: must have at least 32 characters"],
    [{ postgres: "mysql://x" }, 'postgres: must be "embedded", "docker" or a URL that begins with postgres://'],
    [{ postgrest: { v2: "bulitin" } }, 'postgrest.v2: must be "builtin", "docker", "binary"'],
    [
      { jwtTemplates: { flux: { claims: { sub: "x" } } } },
      "jwtTemplates.flux.claims.sub: You can't use the reserved claim: 'sub'",
    ],
    [{ domains: ["a.test", "b c"] }, "domains[1]: hostname is invalid."],
    [{ domains: ["api--x--1a2b3c4.flux.localhost"] }, "domains[0]: Cannot claim Flux-managed platform hostnames"],
    [{ postgrestEnv: { DB_POOL: "1" } }, "postgrestEnv.DB_POOL"],
  ])("refuses %j and names the key", (value, message) => {
    expect(() => parseConfig(value, FILE)).toThrow(`${FILE}: ${message}`);
  });

  it("lists several problems, one per line", () => {
    expect(() => parseConfig({ strict: 1, host: "" }, FILE)).toThrow(
      /^flux-dev\.config\.json: \n {2}strict: .*\n {2}host: /,
    );
  });
});
