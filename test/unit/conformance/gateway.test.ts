import { expect, it } from "vitest";
import type { Item, Step } from "../../../scripts/conformance/corpus.ts";
import { unfitForGateway } from "../../../scripts/conformance/gateway.ts";

const tenant = "5ecfa3ab-72d1-4c3e-9b1a-0d9c5e6f7a81";
const claims = { role: "t_5ecfa3ab72d1_role", tenant_id: tenant, sub: "user_alice" };
const profile = { "Accept-Profile": "t_5ecfa3ab72d1_api", "Content-Profile": "t_5ecfa3ab72d1_api" };
const usual: Step = {
  method: "GET",
  path: "/countries?id=eq.1",
  headers: profile,
  as: { claims, expOffset: 300 },
  expect: { status: 200, headers: {}, bodyType: "any" },
};
const reason = (change: Partial<Step>, config = "v2"): string | null => {
  const item: Item = { id: "x", group: "x", config, steps: [usual, { ...usual, ...change }], isScenario: true };
  return unfitForGateway(item);
};

it("takes what a client of the v2 gateway can ask for", () => {
  expect(reason({})).toBeNull();
  expect(reason({ method: "POST", body: "{}" })).toBeNull();
});

it.each([
  ["no token", { as: null }, "the project's token"],
  ["a forged token", { as: { claims, expOffset: 300, tamper: "signature" } }, "the project's token"],
  ["a role of its own", { as: { claims: { ...claims, role: "postgres" }, expOffset: 300 } }, "bridge token"],
  ["claims that stay behind", { as: { claims: { ...claims, org: "acme" }, expOffset: 300 } }, "bridge token"],
  ["an expired token", { as: { claims, expOffset: -60 } }, "expiry"],
  ["another profile", { headers: { ...profile, "Accept-Profile": "public" } }, "profile"],
  ["a GET with a body", { body: "{}" }, "body of GET"],
  ["a page's origin", { headers: { ...profile, Origin: "https://x.test" } }, "CORS"],
  ["an odd method", { method: "FOO" }, "method"],
  ["dot segments", { path: "/a/../countries" }, "normalise"],
] satisfies ReadonlyArray<[string, Partial<Step>, string]>)("leaves out %s", (_what, change, why) => {
  expect(reason(change)).toContain(why);
});

it("hands on any token in v1, but neither origins nor odd methods", () => {
  expect(reason({ as: null, headers: {}, method: "POST", body: "{}" }, "v1")).toBeNull();
  expect(reason({ headers: { Origin: "https://x.test" } }, "v1")).toContain("CORS");
});
