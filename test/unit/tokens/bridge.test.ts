import { describe, expect, it } from "vitest";
import { type BridgeClaims, bridgeClaims, bridgeSigner, droppedClaims } from "../../../src/tokens/bridge.ts";
import { type Claims, signJws, splitJws } from "../../../src/tokens/jws.ts";
import { staticKey } from "../../../src/tokens/keys.ts";
import { type ProjectClaims, unverifiedToken, verifyProjectToken } from "../../../src/tokens/project-token.ts";

const clock = { now: () => 1_800_000_000_500 };
const tenant = { id: "0b1c2d3e-4f50-4172-8394-a5b6c7d8e9f0", role: "t_0b1c2d3e4f50_role" };

function verified(claims: Claims): ProjectClaims {
  return verifyProjectToken(unverifiedToken(signJws({ alg: "HS256" }, claims, "s")), "s", clock) as ProjectClaims;
}

function read(token: string): unknown[] {
  const parts = splitJws(token);
  return "malformed" in parts ? [] : [parts.header, JSON.parse(parts.payload)];
}

describe("the bridge token", () => {
  it("names tenant and user, and lives five minutes whatever the app's token says", () => {
    const claims = bridgeClaims(verified({ sub: " u ", email: "a@example.test", exp: 1_800_000_010 }), tenant, clock);
    expect(read(bridgeSigner("pool")(claims))).toEqual([
      { alg: "HS256" },
      {
        role: tenant.role,
        tenant_id: tenant.id,
        sub: "u",
        email: "a@example.test",
        iat: 1_800_000_000,
        nbf: 1_799_999_995,
        exp: 1_800_000_300,
      },
    ]);
  });

  it("carries nothing else on", () => {
    const sent = verified({ sub: "u", email: 7, role: "admin", org_id: "org_1", tenant_id: "spoofed", iat: 1 });
    const claims = bridgeClaims(sent, tenant, clock);
    expect(Object.keys(claims).sort()).toEqual(["exp", "iat", "nbf", "role", "sub", "tenant_id"]);
    expect(claims).toMatchObject({ role: tenant.role, tenant_id: tenant.id });
    expect(droppedClaims(sent)).toEqual(["email", "role", "org_id", "tenant_id"]);
  });

  it("cannot be made of unchecked claims", () => {
    const claims = { sub: "u", sent: {} };
    // @ts-expect-error Only verifyProjectToken makes ProjectClaims.
    bridgeClaims(claims, tenant, clock);
    const bridge = { role: "r", tenant_id: "t", sub: "u", iat: 0, nbf: 0, exp: 0 };
    // @ts-expect-error Only bridgeClaims makes BridgeClaims.
    const branded: BridgeClaims = bridge;
    // @ts-expect-error The app's own claims are never signed for the pool.
    bridgeSigner("pool")(verified({ sub: "u" }));
    expect(branded).toBe(bridge);
  });
});

it("v1's keys name a role and the second they were made", () => {
  expect(read(staticKey("anon", "s", clock))).toEqual([
    { alg: "HS256", typ: "JWT" },
    { role: "anon", iat: 1_800_000_000 },
  ]);
  expect(staticKey("service_role", "s", clock)).not.toBe(staticKey("service_role", "s", { now: () => 0 }));
});
