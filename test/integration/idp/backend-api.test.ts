/** The real @clerk/backend as an app's server uses it: users, sessions, tokens, tickets. */
import { createClerkClient } from "@clerk/backend";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Listening, listen } from "../../../src/http/node.ts";
import type { Idp } from "../../../src/idp/idp.ts";
import { decode, hmacVerifies, makeIdp, rsaVerifies, SECRET, USERS } from "../../support/idp.ts";

const [ALICE, BOB] = USERS as [(typeof USERS)[number], (typeof USERS)[number]];

let idp: Idp;
let server: Listening;
let clerk: ReturnType<typeof createClerkClient>;

beforeAll(async () => {
  const made = await makeIdp();
  made.clock.reset();
  idp = made.idp;
  server = await listen(idp.handle, { port: 0 });
  clerk = createClerkClient({ secretKey: idp.instance.secretKey, apiUrl: server.url, telemetry: { disabled: true } });
});
afterAll(() => server.close());

const refusal = (status: number, code: string, longMessage?: string) => ({
  status,
  errors: [expect.objectContaining(longMessage === undefined ? { code } : { code, longMessage })],
});

describe("users", () => {
  test("are listed and counted", async () => {
    const { data, totalCount } = await clerk.users.getUserList({ emailAddress: ["Alice@example.com"] });
    expect(totalCount).toBe(1);
    expect(data[0]).toMatchObject({
      id: ALICE.id,
      firstName: "Alice",
      publicMetadata: ALICE.publicMetadata,
      primaryEmailAddress: { emailAddress: "alice@example.com", verification: { status: "verified" } },
    });
    expect(await clerk.users.getCount()).toBeGreaterThanOrEqual(3);
    expect((await clerk.users.getUserList({ query: "bobby" })).data.map(({ id }) => id)).toEqual([BOB.id]);
    expect((await clerk.users.getUserList({ limit: 1, offset: 1 })).data).toHaveLength(1);
  });

  test("are got by id", async () => {
    expect((await clerk.users.getUser(BOB.id)).username).toBe("bobby");
    await expect(clerk.users.getUser("user_none")).rejects.toMatchObject(
      refusal(404, "resource_not_found", "No user was found with id user_none"),
    );
  });

  test("are made, changed and deleted", async () => {
    const made = await clerk.users.createUser({
      emailAddress: ["dora@example.com"],
      password: "dora-password",
      privateMetadata: { note: 1 },
    });
    expect(made).toMatchObject({ passwordEnabled: true, privateMetadata: { note: 1 } });
    await expect(clerk.users.createUser({ emailAddress: ["DORA@example.com"] })).rejects.toMatchObject(
      refusal(422, "form_identifier_exists"),
    );
    const changed = await clerk.users.updateUser(made.id, { firstName: "Dora", publicMetadata: { a: { b: 1 }, c: 1 } });
    expect(changed).toMatchObject({ firstName: "Dora", lastName: null, publicMetadata: { a: { b: 1 }, c: 1 } });
    const merged = await clerk.users.updateUserMetadata(made.id, { publicMetadata: { a: { d: 2 }, c: null } });
    expect(merged.publicMetadata).toEqual({ a: { b: 1, d: 2 } });
    await expect(clerk.users.verifyPassword({ userId: made.id, password: "dora-password" })).resolves.toMatchObject({
      verified: true,
    });
    expect(await clerk.users.deleteUser(made.id)).toMatchObject({ id: made.id, deleted: true });
    await expect(clerk.users.getUser(made.id)).rejects.toMatchObject(refusal(404, "resource_not_found"));
  });

  test("show their organisations", async () => {
    const { data } = await clerk.users.getOrganizationMembershipList({ userId: ALICE.id });
    expect(data[0]).toMatchObject({
      role: "org:admin",
      organization: { slug: "acme", publicMetadata: { region: "eu" } },
    });
  });
});

describe("sessions and tokens", () => {
  test("a session is made, got, listed and revoked", async () => {
    const session = await clerk.sessions.createSession({ userId: ALICE.id });
    expect(session).toMatchObject({ status: "active", userId: ALICE.id });
    expect((await clerk.sessions.getSession(session.id)).id).toBe(session.id);
    const { data } = await clerk.sessions.getSessionList({ userId: ALICE.id, status: "active" });
    expect(data.map(({ id }) => id)).toContain(session.id);
    expect((await clerk.sessions.revokeSession(session.id)).status).toBe("revoked");
    await expect(clerk.sessions.getToken(session.id, "flux")).rejects.toMatchObject(refusal(404, "resource_not_found"));
  });

  test("the flux token carries the user and the project's signature, and no azp", async () => {
    const session = await clerk.sessions.createSession({ userId: ALICE.id });
    const { jwt } = await clerk.sessions.getToken(session.id, "flux");
    expect(hmacVerifies(jwt, SECRET)).toBe(true);
    const { claims } = decode(jwt);
    expect(claims).toMatchObject({ sub: ALICE.id, email: "alice@example.com", role: "authenticated" });
    expect(claims).not.toHaveProperty("azp");
  });

  test("a session token says that nobody signed in", async () => {
    const session = await clerk.sessions.createSession({ userId: ALICE.id });
    const { jwt } = await clerk.sessions.getToken(session.id);
    expect(rsaVerifies(jwt, idp)).toBe(true);
    expect(decode(jwt).claims).toMatchObject({ sid: session.id, fva: [99999, -1] });
  });

  test("a token lives as long as asked for, within Clerk's bounds", async () => {
    const session = await clerk.sessions.createSession({ userId: ALICE.id });
    const { claims } = decode((await clerk.sessions.getToken(session.id, "flux", 600)).jwt);
    expect(Number(claims["exp"]) - Number(claims["iat"])).toBe(600);
    await expect(clerk.sessions.getToken(session.id, "flux", 5)).rejects.toMatchObject(
      refusal(422, "form_param_value_invalid"),
    );
  });

  test("unknown templates and sessions are Clerk's 404", async () => {
    const session = await clerk.sessions.createSession({ userId: ALICE.id });
    await expect(clerk.sessions.getToken(session.id, "nope")).rejects.toMatchObject(
      refusal(404, "resource_not_found", "No JWT template exists with name: nope"),
    );
    await expect(clerk.sessions.getToken("sess_none", "flux")).rejects.toMatchObject(
      refusal(404, "resource_not_found", "No session was found with id sess_none"),
    );
  });
});

test("tickets and testing tokens are made", async () => {
  const ticket = await clerk.signInTokens.createSignInToken({ userId: ALICE.id, expiresInSeconds: 60 });
  expect(ticket).toMatchObject({ status: "pending", userId: ALICE.id });
  expect(ticket.url).toContain(ticket.token);
  expect((await clerk.signInTokens.revokeSignInToken(ticket.id)).status).toBe("revoked");
  const testing = await clerk.testingTokens.createTestingToken();
  expect(testing.token).not.toBe("");
});

describe("JWT templates", () => {
  test("are made, used, changed and deleted", async () => {
    const made = await clerk.jwtTemplates.create({
      name: "hasura",
      claims: { "x-user": "{{user.id}}" },
      customSigningKey: true,
      signingAlgorithm: "HS256",
      signingKey: "another-secret",
    });
    expect(made).toMatchObject({ name: "hasura", lifetime: 60, allowedClockSkew: 5 });
    const session = await clerk.sessions.createSession({ userId: ALICE.id });
    const { jwt } = await clerk.sessions.getToken(session.id, "hasura");
    expect(hmacVerifies(jwt, "another-secret")).toBe(true);
    expect(decode(jwt).claims["x-user"]).toBe(ALICE.id);
    const longer = await clerk.jwtTemplates.update({ templateId: made.id, name: "hasura", claims: {}, lifetime: 90 });
    expect(longer.lifetime).toBe(90);
    await clerk.jwtTemplates.delete(made.id);
    await expect(clerk.jwtTemplates.get(made.id)).rejects.toMatchObject(refusal(404, "resource_not_found"));
  });

  test("may not claim what Clerk claims itself", async () => {
    await expect(clerk.jwtTemplates.create({ name: "bad", claims: { sub: "x" } })).rejects.toMatchObject({
      status: 400,
      errors: [
        expect.objectContaining({
          code: "jwt_template_reserved_claim",
          message: "You can't use the reserved claim: 'sub'",
        }),
      ],
    });
  });
});

test("organisations and their members are managed", async () => {
  const made = await clerk.organizations.createOrganization({ name: "Globex", slug: "globex", createdBy: BOB.id });
  await clerk.organizations.createOrganizationMembership({
    organizationId: made.id,
    userId: ALICE.id,
    role: "org:member",
  });
  const { data } = await clerk.organizations.getOrganizationMembershipList({ organizationId: made.id });
  expect(data.map(({ role }) => role).sort()).toEqual(["org:admin", "org:member"]);
  await clerk.organizations.updateOrganizationMembership({
    organizationId: made.id,
    userId: ALICE.id,
    role: "org:admin",
  });
  await clerk.organizations.deleteOrganizationMembership({ organizationId: made.id, userId: BOB.id });
  const left = await clerk.organizations.getOrganizationMembershipList({ organizationId: made.id });
  expect(left.data.map(({ role }) => role)).toEqual(["org:admin"]);
  await clerk.organizations.deleteOrganization(made.id);
  await expect(clerk.organizations.getOrganization({ slug: "globex" })).rejects.toMatchObject(
    refusal(404, "resource_not_found"),
  );
});

describe("the key", () => {
  test("a wrong one is refused as Clerk does", async () => {
    const stranger = createClerkClient({
      secretKey: "sk_test_wrong",
      apiUrl: server.url,
      telemetry: { disabled: true },
    });
    await expect(stranger.users.getUser(ALICE.id)).rejects.toMatchObject(refusal(401, "clerk_key_invalid"));
  });

  test("none at all, too", async () => {
    const answer = await fetch(`${server.url}/v1/users`);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(await answer.json()).toMatchObject({ errors: [{ code: "authorization_header_format_invalid" }] });
  });
});
