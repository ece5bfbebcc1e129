/** The real `authenticateRequest`: by header, by cookies, and the handshake that mends cookies. */
import { createClerkClient } from "@clerk/backend";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Listening, listen } from "../../../src/http/node.ts";
import type { Idp } from "../../../src/idp/idp.ts";
import { decode, hmacVerifies, makeIdp, SECRET, USERS } from "../../support/idp.ts";

const APP = "http://localhost:3000/";
const ALICE = USERS[0]!;

let idp: Idp;
let server: Listening;
let clerk: ReturnType<typeof createClerkClient>;

beforeAll(async () => {
  const made = await makeIdp();
  made.clock.reset();
  idp = made.idp;
  server = await listen(idp.handle, { port: 0 });
  const { secretKey, publishableKey } = idp.instance;
  clerk = createClerkClient({ secretKey, publishableKey, apiUrl: server.url, telemetry: { disabled: true } });
});
afterAll(() => server.close());

interface Sent {
  readonly bearer?: string;
  readonly cookies?: Record<string, string>;
  /** A page view, which may be sent on a handshake, instead of a call by a script. */
  readonly document?: boolean;
  readonly url?: string;
}

function authenticate({ bearer, cookies, document, url = APP }: Sent, options: object = {}) {
  const headers = new Headers({ Host: "localhost:3000" });
  if (bearer !== undefined) headers.set("Authorization", `Bearer ${bearer}`);
  if (cookies)
    headers.set(
      "Cookie",
      Object.entries(cookies)
        .map((pair) => pair.join("="))
        .join("; "),
    );
  if (document) headers.set("Sec-Fetch-Dest", "document");
  return clerk.authenticateRequest(new Request(url, { headers }), { proxyUrl: server.url, ...options });
}

const session = (options: object = {}) => idp.mint({ user: "alice", session: true, ...options }).jwt;
const now = () => Math.floor(Date.now() / 1000);

describe("by header", () => {
  test("a session token signs in, and the server can ask for the flux token", async () => {
    const jwt = session();
    const state = await authenticate({ bearer: jwt });
    expect(state.status).toBe("signed-in");
    const auth = state.toAuth();
    if (auth?.tokenType !== "session_token") throw new Error("not a session");
    expect(auth.userId).toBe(ALICE.id);
    expect(await auth.getToken()).toBe(jwt);
    expect(hmacVerifies((await auth.getToken({ template: "flux" })) ?? "", SECRET)).toBe(true);
  });

  test("an active organisation arrives", async () => {
    const auth = (await authenticate({ bearer: session({ organization: "acme" }) })).toAuth();
    expect(auth).toMatchObject({ orgSlug: "acme", orgRole: "org:admin", orgId: ALICE.organizations[0]!.id });
  });

  test.each<[string, () => string, object, string]>([
    ["the flux token", () => idp.mint({ user: "alice" }).jwt, {}, "token-type-mismatch"],
    ["an RS256 template token", () => idp.mint({ user: "alice", algorithm: "RS256" }).jwt, {}, "token-type-mismatch"],
    [
      "an expired token",
      () => session({ expiresIn: -10 }),
      {},
      "session-token-expired-refresh-non-eligible-no-refresh-cookie",
    ],
    ["a token that is not valid yet", () => session({ notBefore: 30 }), {}, "session-token-nbf"],
    ["a token from the future", () => session({ claims: { iat: now() + 30 } }), {}, "session-token-iat-in-the-future"],
    ["a broken signature", () => `${session().slice(0, -8)}AAAAAAAA`, {}, "token-invalid-signature"],
    ["a stranger's page", session, { authorizedParties: ["http://localhost:1"] }, "token-invalid-authorized-parties"],
    ["nonsense", () => "nonsense", {}, "token-invalid"],
  ])("%s does not", async (_, token, options, reason) => {
    expect(await authenticate({ bearer: token() }, options)).toMatchObject({ status: "signed-out", reason });
  });

  test("a pending session counts as signed out", async () => {
    const state = await authenticate({ bearer: session({ claims: { sts: "pending" } }) });
    expect(state.toAuth()).toMatchObject({ userId: null });
  });
});

describe("by cookies", () => {
  const dev = { __clerk_db_jwt: "dvb_1" };

  test.each([
    ["plain", (name: string) => name],
    ["suffixed", (name: string) => `${name}_${idp.instance.cookieSuffix}`],
  ])("%s ones sign in", async (_, named) => {
    const cookies = {
      [named("__session")]: session({ origin: "http://localhost:3000" }),
      [named("__client_uat")]: String(now()),
      [named("__clerk_db_jwt")]: "dvb_1",
    };
    expect((await authenticate({ cookies })).status).toBe("signed-in");
  });

  test.each<[string, () => Record<string, string> | undefined, string]>([
    ["none", () => undefined, "dev-browser-missing"],
    ["only the dev browser", () => dev, "session-token-and-uat-missing"],
    [
      "a session without the client's time",
      () => ({ ...dev, __session: session() }),
      "session-token-but-no-client-uat",
    ],
    [
      "the client's time without a session",
      () => ({ ...dev, __client_uat: String(now()) }),
      "client-uat-but-no-session-token",
    ],
    [
      "a session older than the client's last change",
      () => ({ ...dev, __session: session(), __client_uat: String(now() + 60) }),
      "session-token-iat-before-client-uat",
    ],
  ])("%s do not", async (_, cookies, reason) => {
    const given = cookies();
    expect(await authenticate(given ? { cookies: given } : {})).toMatchObject({ status: "signed-out", reason });
  });
});

describe("the handshake of a page view", () => {
  let devBrowser: string;

  beforeEach(async () => {
    devBrowser = ((await (await fetch(`${server.url}/v1/dev_browser`, { method: "POST" })).json()) as { id: string })
      .id;
  });

  const signIn = () =>
    fetch(`${server.url}/v1/client/sign_ins?__clerk_db_jwt=${devBrowser}`, {
      method: "POST",
      body: new URLSearchParams({ strategy: "password", identifier: "alice@example.com", password: "alice-password" }),
    });

  /** Sends the page view, follows the browser through the handshake and returns the second answer. */
  async function roundTrip(cookies: Record<string, string>, adjust: (url: URL) => void = () => {}) {
    const first = await authenticate({ cookies, document: true });
    expect(first.status).toBe("handshake");
    const there = new URL(first.headers.get("location") ?? "");
    expect(there.origin).toBe(server.url);
    adjust(there);
    const back = await fetch(there, { redirect: "manual" });
    expect(back.status).toBe(307);
    return authenticate({ cookies, document: true, url: back.headers.get("location") ?? "" });
  }

  test.each([
    ["under a nonce", () => {}],
    ["as a signed token", (url: URL) => url.searchParams.delete("format")],
  ])("brings a lost session back, %s", async (_, adjust) => {
    await signIn();
    const second = await roundTrip({ __clerk_db_jwt: devBrowser, __client_uat: String(now()) }, adjust);
    const set = second.headers.getSetCookie();
    const jwt = set
      .find((line) => line.startsWith("__session="))
      ?.slice("__session=".length)
      .split(";")[0];
    expect(decode(jwt!).claims).toMatchObject({ sub: ALICE.id, azp: "http://localhost:3000" });
    expect(set.map((line) => line.split("=")[0]).sort()).toEqual(
      ["__clerk_db_jwt", "__client_uat", "__session"]
        .flatMap((name) => [name, `${name}_${idp.instance.cookieSuffix}`])
        .sort(),
    );
    // The SDK sends the browser to the same page without the handshake in its address, cookies set.
    expect(second.headers.get("location")).toBe(APP);
  });

  test("tells a signed-out browser so, and gives it a dev browser", async () => {
    const second = await roundTrip({});
    const set = second.headers.getSetCookie();
    expect(set).toContainEqual(expect.stringMatching(/^__client_uat=0;/));
    expect(set).toContainEqual(expect.stringMatching(/^__clerk_db_jwt=dvb_/));
    expect(set).toContainEqual(expect.stringMatching(/^__session=;.*Max-Age=0/));
  });

  test("does not redirect to what is no web page", async () => {
    const answer = await fetch(`${server.url}/v1/client/handshake?redirect_url=javascript:alert(1)`, {
      redirect: "manual",
    });
    expect(answer.status).toBe(400);
  });
});
