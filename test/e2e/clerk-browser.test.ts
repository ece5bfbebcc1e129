/**
 * The real @clerk/clerk-js in the real Chromium, on pages that know nothing of an emulator but its address. Pages on
 * `localhost` and on `127.0.0.1` call a provider on `localhost`: the second is cross-site, so no third-party cookie helps.
 */
import type { Clerk } from "@clerk/clerk-js";
import type { Browser, BrowserContext, JSHandle, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Listening, listen } from "../../src/http/node.ts";
import type { Idp } from "../../src/idp/idp.ts";
import { findChromium, launchChromium } from "../support/chromium.ts";
import { call, decode, hmacVerifies, makeIdp, rsaVerifies, SECRET, USERS } from "../support/idp.ts";

const ALICE = USERS[0]!;
const ACME = ALICE.organizations[0]!;

const found = findChromium();

test("Chromium is there", ({ skip }) => {
  if ("path" in found) return;
  // A pipeline that quietly lost its browser would go on being green.
  if (process.env["CI"]) throw new Error(`No browser test can run: ${found.missing}`);
  skip(found.missing);
});

describe.skipIf("missing" in found)("clerk-js in Chromium", () => {
  let idp: Idp;
  let provider: Listening;
  let app: Listening;
  let browser: Browser;

  beforeAll(async () => {
    const made = await makeIdp({ scriptRoots: [process.cwd()] });
    made.clock.reset();
    idp = made.idp;
    provider = await listen(idp.handle, { port: 0 });
    app = await listen(async () => ({ status: 200, headers: [["Content-Type", "text/html"]], body: page() }), {
      port: 0,
    });
    browser = await launchChromium("path" in found ? found.path : "");
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    await provider?.close();
  });

  /** What Clerk's guide for plain JavaScript says, with the emulator's address as `proxyUrl`. */
  const page = () => `<!doctype html><title>app</title><script
    src="http://localhost:${provider.port}/npm/@clerk/clerk-js@6/dist/clerk.browser.js"
    crossorigin="anonymous"
    data-clerk-publishable-key="${idp.instance.publishableKey}"
    data-clerk-proxy-url="http://localhost:${provider.port}"></script>`;

  describe.each(["localhost", "127.0.0.1"])("on a page of http://%s", (host) => {
    let context: BrowserContext;
    let tab: Page;

    beforeEach(async () => {
      context = await browser.newContext();
      tab = await context.newPage();
      await open();
    });
    afterEach(() => context.close());

    const origin = () => `http://${host}:${app.port}`;

    async function open() {
      await tab.goto(`${origin()}/`);
      await inPage((clerk) => clerk.load());
    }

    /** Runs in the page, on the page's `window.Clerk`. */
    async function inPage<Result, Given>(run: (clerk: Clerk, given: Given) => Result, given?: Given) {
      const clerk = (await tab.evaluateHandle("window.Clerk")) as JSHandle<Clerk>;
      // biome-ignore lint/suspicious/noExplicitAny: playwright's own type for what crosses into the page.
      return clerk.evaluate(run as any, given) as Promise<Awaited<Result>>;
    }

    /** clerk-js leaves for another page when it has signed out. */
    async function signOut() {
      const left = tab.waitForEvent("load");
      await inPage((clerk) => void clerk.signOut());
      await left;
      await open();
    }

    /** An error comes back as what clerk-js threw. */
    const signIn = (params: Parameters<SignIn["create"]>[0]) =>
      inPage(async (clerk, given) => {
        try {
          const attempt = await clerk.client!.signIn.create(given);
          if (attempt.status === "complete") await clerk.setActive({ session: attempt.createdSessionId! });
          return { status: attempt.status, code: null };
        } catch (error) {
          const { status, errors } = error as Refusal;
          return { status, code: errors[0]!.code };
        }
      }, params);

    const password = { strategy: "password", identifier: ALICE.email, password: "alice-password" } as const;
    const email = () => inPage((clerk) => clerk.user?.primaryEmailAddress?.emailAddress ?? null);
    const token = async (options: TokenOptions = {}) =>
      (await inPage((clerk, given) => clerk.session!.getToken(given), options)) ?? "";

    test("loads, signed out", async () => {
      expect(await inPage((clerk) => clerk.status)).toBe("ready");
      expect(await email()).toBeNull();
    });

    test("refuses a wrong password and an unknown address, and then lets the right one in", async () => {
      expect(await signIn({ ...password, password: "wrong" })).toEqual({
        status: 422,
        code: "form_password_incorrect",
      });
      expect(await signIn({ ...password, identifier: "x@example.com" })).toEqual({
        status: 422,
        code: "form_identifier_not_found",
      });
      expect(await signIn(password)).toEqual({ status: "complete", code: null });
      expect(await email()).toBe(ALICE.email);
      expect(await signIn(password)).toEqual({ status: 400, code: "session_exists" });
    });

    test("signs in by a code sent by e-mail", async () => {
      expect(await signIn({ identifier: ALICE.email })).toEqual({ status: "needs_first_factor", code: null });
      const attempt = (code: string) =>
        inPage(async (clerk, given) => {
          const attempted = clerk.client!.signIn;
          const factor = attempted.supportedFirstFactors!.find((one) => one.strategy === "email_code")!;
          await attempted.prepareFirstFactor({ strategy: "email_code", emailAddressId: factor.emailAddressId });
          try {
            const done = await attempted.attemptFirstFactor({ strategy: "email_code", code: given });
            await clerk.setActive({ session: done.createdSessionId! });
            return done.status;
          } catch (error) {
            return (error as Refusal).errors[0]!.code;
          }
        }, code);
      expect(await attempt("111111")).toBe("form_code_incorrect");
      expect(await attempt("424242")).toBe("complete");
      expect(await email()).toBe(ALICE.email);
    });

    test("signs in by a ticket, once", async () => {
      const made = await call(idp, "POST", "/v1/sign_in_tokens", {
        json: { user_id: ALICE.id },
        headers: { Authorization: `Bearer ${idp.instance.secretKey}` },
      });
      const ticket = { strategy: "ticket", ticket: made.data.token } as const;
      expect(await signIn(ticket)).toEqual({ status: "complete", code: null });
      expect(await email()).toBe(ALICE.email);
      await signOut();
      expect(await signIn(ticket)).toEqual({ status: 400, code: "sign_in_token_already_used_code" });
    });

    test("gets the session token and the flux token, and sets the cookies servers read", async () => {
      await signIn(password);
      const session = await token();
      expect(rsaVerifies(session, idp)).toBe(true);
      expect(decode(session).claims).toMatchObject({ sub: ALICE.id, azp: origin(), fva: [0, -1], v: 2 });
      const flux = await token({ template: "flux" });
      expect(hmacVerifies(flux, SECRET)).toBe(true);
      expect(decode(flux).claims).toMatchObject({ sub: ALICE.id, email: ALICE.email, azp: origin() });
      expect(await token({ template: "flux" })).toBe(flux);
      expect(await token({ template: "flux", skipCache: true })).not.toBe(flux);
      const cookies = Object.fromEntries((await context.cookies(origin())).map(({ name, value }) => [name, value]));
      expect(decode(cookies["__session"]!).claims["sub"]).toBe(ALICE.id);
      expect(Number(cookies["__client_uat"])).toBeLessThanOrEqual(Number(decode(session).claims["iat"]));
      expect(cookies[`__session_${idp.instance.cookieSuffix}`]).toBe(cookies["__session"]);
    });

    test("hears of an unknown template what Clerk would say", async () => {
      await signIn(password);
      const refusal = await inPage(async (clerk) => {
        try {
          return await clerk.session!.getToken({ template: "nope" });
        } catch (error) {
          const { status, errors } = error as Refusal;
          return { status, code: errors[0]!.code, longMessage: errors[0]!.longMessage };
        }
      });
      expect(refusal).toEqual({
        status: 404,
        code: "resource_not_found",
        longMessage: "No JWT template exists with name: nope",
      });
    });

    test("stays signed in over a reload, and out after signing out", async () => {
      await signIn(password);
      await open();
      expect(await email()).toBe(ALICE.email);
      expect(hmacVerifies(await token({ template: "flux" }), SECRET)).toBe(true);
      await signOut();
      expect(await email()).toBeNull();
      expect((await context.cookies(origin())).find(({ name }) => name === "__client_uat")?.value).toBe("0");
    });

    test("sends people to the page where they pick who to be, and takes them back", async () => {
      const left = tab.waitForURL(/\/sign-in\?/);
      await inPage((clerk) => void clerk.redirectToSignIn());
      await left;
      await tab.getByRole("button", { name: "Alice Adams" }).click();
      await tab.waitForURL((url) => url.port === String(app.port));
      await inPage((clerk) => clerk.load());
      expect(await email()).toBe(ALICE.email);
      expect(decode(await token()).claims["azp"]).toBe(origin());
    });

    test("switches the active organisation", async () => {
      await signIn(password);
      const activate = (organization: string | null) =>
        inPage((clerk, given) => clerk.setActive({ organization: given }), organization);
      await activate(ACME.id);
      expect(decode(await token()).claims["o"]).toEqual({ id: ACME.id, rol: "admin", slg: "acme" });
      expect(await inPage((clerk) => clerk.organization?.name)).toBe("Acme");
      await open();
      expect(decode(await token()).claims["o"]).toMatchObject({ id: ACME.id });
      await activate(null);
      expect(decode(await token()).claims).not.toHaveProperty("o");
    });

    test("signs up, and the new user can sign in again", async () => {
      const address = `new-${host.replaceAll(".", "-")}@example.com`;
      const status = await inPage(async (clerk, emailAddress) => {
        const { signUp } = clerk.client!;
        await signUp.create({ emailAddress, password: "a-new-password" });
        await signUp.prepareEmailAddressVerification({ strategy: "email_code" });
        const done = await signUp.attemptEmailAddressVerification({ code: "424242" });
        await clerk.setActive({ session: done.createdSessionId! });
        return done.status;
      }, address);
      expect(status).toBe("complete");
      expect(decode(await token({ template: "flux" })).claims["email"]).toBe(address);
      await inPage((clerk) => clerk.user!.updateMetadata({ unsafeMetadata: { theme: "dark" } }).then(() => {}));
      await signOut();
      expect(await signIn({ ...password, identifier: address, password: "a-new-password" })).toMatchObject({
        status: "complete",
      });
      expect(await inPage((clerk) => clerk.user?.unsafeMetadata)).toEqual({ theme: "dark" });
    });
  });
});

type SignIn = NonNullable<Clerk["client"]>["signIn"];
type TokenOptions = Parameters<NonNullable<Clerk["session"]>["getToken"]>[0];

/** What clerk-js throws when the provider refuses. */
interface Refusal {
  readonly status: number;
  readonly errors: readonly { readonly code: string; readonly longMessage: string }[];
}
