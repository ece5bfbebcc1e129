import { describe, expect, test } from "vitest";
import { resolveShortcodes } from "../../../src/idp/claims/shortcodes.ts";
import { makeIdp, USERS } from "../../support/idp.ts";

const scope = {
  user: {
    id: "user_1",
    first_name: "Ada",
    last_name: null,
    has_image: false,
    created_at: 1_700_000_000,
    public_metadata: { plan: { tier: "pro", seats: 3 }, tags: ["a", "b"] },
  },
  org: {},
};
const resolve = (value: unknown) => resolveShortcodes(value, scope);

describe("one shortcode keeps the type of its value", () => {
  test.each<[string, unknown]>([
    ["{{user.id}}", "user_1"],
    ["{{ user.id }}", "user_1"],
    ["{{user.created_at}}", 1_700_000_000],
    ["{{user.has_image}}", false],
    ["{{user.public_metadata}}", scope.user.public_metadata],
    ["{{user.public_metadata.plan.seats}}", 3],
    ["{{user.public_metadata.tags}}", ["a", "b"]],
  ])("%s", (code, value) => expect(resolve(code)).toEqual(value));
});

describe("what is not there is null", () => {
  test.each([
    "{{user.last_name}}",
    "{{user.nope}}",
    "{{user.public_metadata.plan.nope.deeper}}",
    "{{user.public_metadata.tags.0}}",
    "{{org.id}}",
    "{{user}}",
    "{{nobody.id}}",
    "{{user.constructor}}",
    "{{}}",
  ])("%s", (code) => expect(resolve(code)).toBeNull());
});

describe("inside a text the value is written out", () => {
  test.each([
    ["{{user.first_name}} <{{user.id}}>", "Ada <user_1>"],
    ["{{user.first_name}} {{user.last_name}}", "Ada null"],
    ["seats: {{user.public_metadata.plan.seats}}", "seats: 3"],
    ["{{user.public_metadata.plan}}!", '{"tier":"pro","seats":3}!'],
    ["no shortcode {{ here", "no shortcode {{ here"],
  ])("%s", (text, written) => expect(resolve(text)).toBe(written));
});

describe("defaults: the first that is neither null nor false, else the last", () => {
  test.each<[string, unknown]>([
    ["{{user.last_name || user.first_name}}", "Ada"],
    ["{{user.last_name || 'nobody'}}", "nobody"],
    ["{{user.last_name || org.id || 30}}", 30],
    ["{{user.has_image || true}}", true],
    ["{{user.last_name || user.has_image}}", false],
    ["{{user.has_image || user.last_name}}", null],
    ["{{user.id || 'x'}}", "user_1"],
    ["{{user.last_name || 'a || b'}}", "a || b"],
    ["{{org.id || -1.5}}", -1.5],
    ["Hi {{user.last_name || 'you'}}", "Hi you"],
  ])("%s", (code, value) => expect(resolve(code)).toEqual(value));
});

test("shortcodes are found at any depth, in values only", () => {
  expect(resolve({ a: { b: ["{{user.id}}", 1, null, true] }, "{{user.id}}": "x" })).toEqual({
    a: { b: ["user_1", 1, null, true] },
    "{{user.id}}": "x",
  });
});

describe("a template in a token", () => {
  const claims = {
    aud: "app",
    app_metadata: { provider: "email", z: "{{user.external_id}}" },
    email: "{{user.primary_email_address}}",
    name: "{{user.full_name}}",
    org_id: "{{org.id}}",
    org_region: "{{org.public_metadata.region || 'none'}}",
    org_role: "{{org_membership.role}}",
    orgs: "{{user.organizations}}",
    tier: "{{user.public_metadata.plan.tier}}",
    secret: "{{user.private_metadata.note}}",
  };
  const acme = USERS[0]!.organizations[0]!;

  test("sees the user and no organisation unless one is active", async () => {
    const { idp } = await makeIdp({ templates: { app: { claims } } });
    expect(idp.mint({ user: "alice", template: "app" }).claims).toMatchObject({
      aud: "app",
      app_metadata: { provider: "email", z: null },
      email: "alice@example.com",
      name: "Alice Adams",
      org_id: null,
      org_region: "none",
      org_role: null,
      orgs: { [acme.id]: "org:admin" },
      tier: "pro",
      secret: null,
    });
  });

  test("sees the active organisation", async () => {
    const { idp } = await makeIdp({ templates: { app: { claims } } });
    expect(idp.mint({ user: "alice", template: "app", organization: "acme" }).claims).toMatchObject({
      org_id: acme.id,
      org_region: "eu",
      org_role: "org:admin",
    });
  });

  test("comes out in alphabetical order, at every depth", async () => {
    const { idp } = await makeIdp({ templates: { app: { claims: { b: { z: 1, a: 2 }, a: 1 } } } });
    const minted = idp.mint({ user: "alice", template: "app" }).claims;
    expect(Object.keys(minted)).toEqual(Object.keys(minted).sort());
    expect(Object.keys(minted["b"] as object)).toEqual(["a", "z"]);
  });

  test.each(["sub", "iss", "exp", "iat", "azp", "fva", "nbf", "sid", "v", "fea"])(
    "may not name the reserved claim %s",
    async (claim) => {
      await expect(makeIdp({ templates: { app: { claims: { [claim]: 1 } } } })).rejects.toThrow(
        `JWT template "app": You can't use the reserved claim: '${claim}'.`,
      );
    },
  );

  test.each([{ lifetime: 29 }, { lifetime: 315_360_001 }, { allowedClockSkew: 301 }])("has bounds: %j", async (bad) => {
    await expect(makeIdp({ templates: { app: { claims: {}, ...bad } } })).rejects.toThrow(/must be between/);
  });
});
