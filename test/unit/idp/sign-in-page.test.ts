import { expect, test } from "vitest";
import type { Idp } from "../../../src/idp/idp.ts";
import { parseUsers } from "../../../src/project/users.ts";
import { call, decode, hmacVerifies, makeIdp, SECRET, USERS } from "../../support/idp.ts";

/** A browser that keeps its cookie and follows redirects within the provider. */
function browser(idp: Idp) {
  let cookie = "";
  return async function go(method: string, url: string, form?: Record<string, string>): ReturnType<typeof call> {
    const answer = await call(idp, method, url, { ...(form ? { form } : {}), headers: { Cookie: cookie } });
    cookie = answer.header("Set-Cookie")?.split(";")[0] ?? cookie;
    const location = answer.header("Location");
    return location?.startsWith("/") ? go("GET", location) : answer;
  };
}

test("a person picks who to be, reads the claims, copies the token, switches the organisation, signs out", async () => {
  const { idp } = await makeIdp();
  const go = browser(idp);
  const list = await go("GET", "/");
  expect(list.text).toContain("Alice Adams");
  expect(list.text).toContain("Acme (org:admin)");
  const alice = await go("POST", "/sign-in", { user: USERS[0]!.id });
  expect(alice.text).toContain("Signed in as Alice Adams");
  const jwt = /<pre id="template-flux">([^<]+)<\/pre>/.exec(alice.text)?.[1] ?? "";
  expect(hmacVerifies(jwt, SECRET)).toBe(true);
  expect(alice.text).toContain("<td>email</td><td>&quot;alice@example.com&quot;</td>");
  const acme = await go("POST", "/sign-in/organization", { organization: USERS[0]!.organizations[0]!.id });
  const session = /<pre id="session-token">([^<]+)<\/pre>/.exec(acme.text)?.[1] ?? "";
  expect(decode(session).claims["o"]).toMatchObject({ slg: "acme" });
  expect((await go("POST", "/sign-in", { user: USERS[1]!.id })).text).toContain("bob@example.com");
  expect((await go("POST", "/sign-out")).text).toContain("Pick who to be");
});

test("an app's sign-in returns to the app with the browser's id", async () => {
  const { idp } = await makeIdp();
  const app = "http://localhost:3000/after?x=1";
  const query = new URLSearchParams({ redirect_url: app, __clerk_db_jwt: "dvb_app" });
  const page = await call(idp, "GET", `/sign-in?${query}`);
  const action = /action="(\/sign-in\?[^"]+)"/.exec(page.text)?.[1]?.replaceAll("&amp;", "&") ?? "";
  const answer = await call(idp, "POST", action, { form: { user: USERS[0]!.id } });
  expect(answer.status).toBe(303);
  expect(answer.header("Location")).toBe(`${app}&__clerk_db_jwt=dvb_app`);
  expect((await call(idp, "GET", "/v1/client?__clerk_db_jwt=dvb_app")).data.response.sessions).toHaveLength(1);
});

test("nobody is sent to what is no web page", async () => {
  const { idp } = await makeIdp();
  const query = new URLSearchParams({ redirect_url: "javascript:alert(1)" });
  const answer = await call(idp, "POST", `/sign-in?${query}`, { form: { user: USERS[0]!.id } });
  expect(answer.header("Location")).toMatch(/^\/sign-in\?/);
});

test("a ticket signs in by its link, once", async () => {
  const { idp } = await makeIdp();
  const headers = { Authorization: `Bearer ${idp.instance.secretKey}` };
  const { data } = await call(idp, "POST", "/v1/sign_in_tokens", { json: { user_id: USERS[0]!.id }, headers });
  const link = data.url.replace("http://localhost:4100", "");
  expect((await browser(idp)("GET", link)).text).toContain("Signed in as Alice Adams");
  expect((await browser(idp)("GET", link)).text).toContain("The ticket has already been used.");
});

test("names are shown, not run", async () => {
  const users = parseUsers({ users: [{ name: "mallory", firstName: "<script>alert(1)</script>" }] }, "users");
  const { idp } = await makeIdp({ users });
  const { text } = await call(idp, "GET", "/sign-in");
  expect(text).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(text).not.toContain("<script>alert");
});

test("without users the page says where they come from", async () => {
  const { idp } = await makeIdp({ users: [] });
  expect((await call(idp, "GET", "/sign-in")).text).toContain("There are no users yet");
});
