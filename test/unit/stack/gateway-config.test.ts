import { expect, it } from "vitest";
import { parseConfig } from "../../../src/project/config.ts";
import type { FluxDevConfig } from "../../../src/project/config-schema.ts";
import { projectIdentity } from "../../../src/project/identity.ts";
import type { Project } from "../../../src/project/project.ts";
import { newProjectSecret } from "../../../src/project/secrets.ts";
import { gatewayConfig } from "../../../src/stack/gateway-config.ts";

const secrets = {
  project: { v1: newProjectSecret("v1"), v2: newProjectSecret("v2") },
  pool: "p".repeat(32),
  database: "d",
};

function configured(config: FluxDevConfig) {
  const project: Project = {
    directory: "/app",
    demo: false,
    identity: projectIdentity({ slug: "notes", hash: "1a2b3c4", id: "01234567-89ab-4f2b-a05c-7a1b4348fce4" }),
    mode: "v2",
    config: parseConfig(config, "test"),
    migrations: [],
    seeds: [],
    users: [],
    notes: [],
  };
  return gatewayConfig(project, secrets, false);
}

it("asks for no limit that the platform has not by default", () => {
  expect(configured({})).toEqual({
    baseDomain: "flux.localhost",
    poolSecret: secrets.pool,
    strict: false,
    extraOrigins: [],
  });
  expect(configured({ limits: { rate: false, blockBots: false } })).toEqual(configured({}));
});

it("hands on what the configuration limits", () => {
  const limits = {
    rate: { requests: 3, windowSeconds: 60 },
    inflight: 5,
    upstreamTimeoutMs: 100,
    socketTimeoutMs: 200,
    blockBots: true,
  };
  expect(configured({ limits })).toMatchObject({
    rateLimit: { limit: 3, windowSeconds: 60 },
    maxInflight: 5,
    upstreamTimeoutMs: 100,
    socketTimeoutMs: 200,
    blockBots: {},
  });
  expect(configured({ limits: { blockBots: "curl" } }).blockBots).toEqual({ pattern: "curl" });
});
