/** What clerk-js needs of the wire; that it is enough is shown by the browser test. */
import { describe, expect, test } from "vitest";
import { createIdp, type Idp } from "../../../src/idp/idp.ts";
import { call, decode, makeIdp, USERS } from "../../support/idp.ts";

const ORIGIN = "http://localhost:3000";

/** Calls as clerk-js does: a form by POST, the dev browser in the query, the page's origin. */
function browser(idp: Idp, devBrowser: string) {
  const url = (path: string) => `${path}${path.includes("?") ? "&" : "?"}__clerk_db_jwt=${devBrowser}`;
  const headers = { Origin: ORIGIN };
  return {
    get: (path: string) => call(idp, "GET", url(path), { headers }),
    post: (path: string, form: Record<string, string> = {}) => call(idp, "POST", url(path), { form, headers }),
  };
}

const PASSWORD = { strategy: "password", identifier: "alice@example.com", password: "alice-password" };

async function signedIn() {
  const { idp, clock } = await makeIdp();
  const tab = browser(idp, "dvb_1");
  const { data } = await tab.post("/v1/client/sign_ins", PASSWORD);
  return { idp, clock, tab, sid: data.response.created_session_id as string };
}

describe("CORS", () => {
  test.each([
    ["an answer", "/v1/client", 200],
    ["a refusal", "/v1/me", 401],
    ["an unknown route", "/v1/nope", 404],
  ])("%s names the exact origin and allows credentials", async (_, path, status) => {
    const { idp } = await makeIdp();
    const answer = await browser(idp, "dvb_1").get(path);
    expect(answer.status).toBe(status);
    expect(answer.header("Access-Control-Allow-Origin")).toBe(ORIGIN);
    expect(answer.header("Access-Control-Allow-Credentials")).toBe("true");
    expect(answer.header("Vary")).toBe("Origin");
  });

  test("the Backend API has none", async () => {
    const { idp } = await makeIdp();
    const headers = { Origin: ORIGIN, Authorization: `Bearer ${idp.instance.secretKey}` };
    expect((await call(idp, "GET", "/v1/jwks", { headers })).header("Access-Control-Allow-Origin")).toBeUndefined();
  });
});

test("a page that also sends Authorization is refused, and may read why", async () => {
  const { idp } = await makeIdp();
  const headers = { Origin: ORIGIN, Authorization: "Bearer x" };
  for (const path of ["/v1/client", "/v1/me"]) {
    const answer = await call(idp, "GET", path, { headers });
    expect([answer.status, answer.data.errors[0].code]).toEqual([400, "origin_authorization_headers_conflict"]);
    expect(answer.header("Access-Control-Allow-Origin")).toBe(ORIGIN);
  }
  expect((await call(idp, "GET", "/v1/client", { headers: { Authorization: "Bearer x" } })).status).toBe(200);
  expect((await call(idp, "GET", "/.well-known/jwks.json", { headers })).status).toBe(200);
});

test("JSON is application/json and nothing more, refusals included", async () => {
  const { idp } = await makeIdp();
  for (const path of ["/v1/client", "/v1/me", "/.well-known/jwks.json"]) {
    expect((await call(idp, "GET", path)).header("Content-Type")).toBe("application/json");
  }
});

test("an unknown route is Clerk's 404, and is logged", async () => {
  const lines: string[] = [];
  const { idp } = await makeIdp({ log: (line) => lines.push(line) });
  const answer = await call(idp, "POST", "/v1/me/passkeys");
  expect(answer.status).toBe(404);
  expect(answer.data).toMatchObject({ errors: [{ code: "resource_not_found", meta: {} }] });
  expect(answer.data.clerk_trace_id).toMatch(/^[0-9a-f]{32}$/);
  expect(lines).toEqual([expect.stringContaining("POST /v1/me/passkeys")]);
});

test("a broken body is refused in Clerk's shape", async () => {
  const { idp } = await makeIdp();
  const request = { method: "POST", path: "/v1/emulator/tokens", query: "", body: Buffer.from("{") };
  const answer = await idp.handle({ ...request, headers: [["Content-Type", "application/json"]] });
  expect(answer.status).toBe(400);
});

describe("a browser", () => {
  test("gets an id, and is signed out without a client", async () => {
    const { idp } = await makeIdp();
    expect((await call(idp, "POST", "/v1/dev_browser")).data.id).toMatch(/^dvb_[0-9A-Za-z]{27}$/);
    expect((await browser(idp, "dvb_1").get("/v1/client")).data).toEqual({ response: null, client: null });
  });

  test("signs in, and every answer carries the client with the session and a fresh token", async () => {
    const { idp } = await makeIdp();
    const { data } = await browser(idp, "dvb_1").post("/v1/client/sign_ins", PASSWORD);
    expect(data.response).toMatchObject({ status: "complete", identifier: PASSWORD.identifier });
    const [session] = data.client.sessions;
    expect(session).toMatchObject({ id: data.response.created_session_id, status: "active" });
    expect(session.user.email_addresses[0]).toMatchObject({ email_address: PASSWORD.identifier, linked_to: [] });
    const { claims } = decode(session.last_active_token.jwt);
    expect(claims).toMatchObject({ azp: ORIGIN, sub: USERS[0]!.id });
    // Or servers would send the browser into a handshake.
    expect(Number(claims["iat"])).toBeGreaterThanOrEqual(Math.floor(data.client.updated_at / 1000));
  });

  test("does not see another's session", async () => {
    const { idp, sid } = await signedIn();
    const other = browser(idp, "dvb_2");
    expect((await other.post(`/v1/client/sessions/${sid}/tokens/flux`)).status).toBe(401);
    await other.post("/v1/client/sign_ins", { ...PASSWORD, identifier: "bobby", password: "bob-password" });
    expect((await other.post(`/v1/client/sessions/${sid}/tokens/flux`)).status).toBe(404);
  });

  test("without a dev browser is known by a cookie", async () => {
    const { idp } = await makeIdp();
    const answer = await call(idp, "POST", "/v1/client/sign_ins", { form: PASSWORD });
    const cookie = answer.header("Set-Cookie") ?? "";
    expect(cookie).toMatch(/^__client=\w+; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Lax$/);
    const client = await call(idp, "GET", "/v1/client", { headers: { Cookie: cookie.split(";")[0]! } });
    expect(client.data.response.sessions).toHaveLength(1);
  });

  test("is signed out when its session has run its seven days", async () => {
    const { clock, tab, sid } = await signedIn();
    clock.shift(7 * 86_400_000);
    expect((await tab.post(`/v1/client/sessions/${sid}/tokens`)).status).toBe(404);
    expect((await tab.get("/v1/client")).data.response.sessions).toEqual([]);
  });

  test("tells by fva how long ago it signed in", async () => {
    const { clock, tab, sid } = await signedIn();
    clock.shift(5 * 60_000);
    const { data } = await tab.post(`/v1/client/sessions/${sid}/tokens`, { organization_id: "" });
    expect(decode(data.jwt).claims["fva"]).toEqual([5, -1]);
  });

  test("uses POST with _method for all but GET", async () => {
    const { tab } = await signedIn();
    const answer = await tab.post("/v1/client/sessions?_method=DELETE");
    expect(answer.status).toBe(200);
    expect(answer.data.client.sessions).toEqual([]);
  });

  test("cannot take an organisation it does not belong to", async () => {
    const { idp } = await makeIdp();
    const tab = browser(idp, "dvb_1");
    const form = { identifier: "carol@example.com", strategy: "email_code" };
    const { data } = await tab.post("/v1/client/sign_ins", form);
    const done = await tab.post(`/v1/client/sign_ins/${data.response.id}/attempt_first_factor`, {
      strategy: "email_code",
      code: "424242",
    });
    const sid = done.data.response.created_session_id;
    const acme = USERS[0]!.organizations[0]!.id;
    expect((await tab.post(`/v1/client/sessions/${sid}/touch`, { active_organization_id: acme })).status).toBe(404);
    expect((await tab.get(`/v1/organizations/${acme}`)).status).toBe(404);
  });

  test("without a password cannot sign in by one", async () => {
    const { idp } = await makeIdp();
    const form = { strategy: "password", identifier: "carol@example.com", password: "" };
    const { data } = await browser(idp, "dvb_1").post("/v1/client/sign_ins", form);
    expect(data.errors[0].code).toBe("strategy_for_user_invalid");
  });
});

test("tickets expire and can be revoked", async () => {
  const { idp, clock } = await makeIdp();
  const headers = { Authorization: `Bearer ${idp.instance.secretKey}` };
  const make = async () =>
    (
      await call(idp, "POST", "/v1/sign_in_tokens", {
        json: { user_id: USERS[0]!.id, expires_in_seconds: 60 },
        headers,
      })
    ).data;
  const use = async (ticket: string) =>
    (await browser(idp, "dvb_1").post("/v1/client/sign_ins", { strategy: "ticket", ticket })).data.errors[0].code;
  const [expired, revoked] = [await make(), await make()];
  await call(idp, "POST", `/v1/sign_in_tokens/${revoked.id}/revoke`, { headers });
  expect(await use(revoked.token)).toBe("sign_in_token_revoked_code");
  clock.shift(60_000);
  expect(await use(expired.token)).toBe("ticket_expired_code");
  expect(await use("nonsense")).toBe("ticket_invalid_code");
});

test("sign-up says what is wrong with what was given", async () => {
  const { idp } = await makeIdp();
  const tab = browser(idp, "dvb_1");
  const refusal = async (form: Record<string, string>) =>
    (await tab.post("/v1/client/sign_ups", form)).data.errors[0] as { code: string; meta: { param_name: string } };
  expect(await refusal({ email_address: "alice@example.com" })).toMatchObject({
    code: "form_identifier_exists",
    meta: { param_name: "email_address" },
  });
  expect((await refusal({ email_address: "nobody" })).code).toBe("form_param_format_invalid");
  expect((await refusal({ email_address: "n@example.com", password: "short" })).code).toBe(
    "form_password_length_too_short",
  );
  const { data } = await tab.post("/v1/client/sign_ups", { email_address: "n@example.com" });
  expect(data.response).toMatchObject({ missing_fields: ["password"], unverified_fields: ["email_address"] });
});

describe("scripts", () => {
  test("come from the project's node_modules, whatever version is asked for", async () => {
    const { idp } = await makeIdp({ scriptRoots: [`${process.cwd()}/src`] });
    const script = await call(idp, "GET", "/npm/@clerk/clerk-js@5/dist/clerk.browser.js");
    expect(script.status).toBe(200);
    expect(script.header("Content-Type")).toMatch(/^application\/javascript/);
  });

  test.each([
    ["@clerk/clerk-js@6/dist/../../../package.json", /has no file/],
    ["@clerk/clerk-js@6/dist/nope.js", /has no file/],
    ["@clerk/ui@1/dist/ui.browser.js", /npm install --save-dev @clerk\/ui/],
    ["left-pad@1/dist/index.js", /not one of Clerk's/],
  ])("%s is not served", async (path, reason) => {
    const { idp } = await makeIdp({ scriptRoots: [process.cwd()] });
    const answer = await call(idp, "GET", `/npm/${path}`);
    expect(answer.status).toBe(404);
    expect(answer.text).toMatch(reason);
  });
});

test("keys that are no keys are refused at once", async () => {
  const keys = { host: "x.clerk.accounts.dev", secretKey: "sk_test_x", privateKey: "nonsense" };
  expect(() => createIdp({ keys, users: [], projectSecret: () => "s" })).toThrow();
});
