/**
 * The real @clerk/clerk-js in the real Chromium, on pages that know nothing of an emulator but its address. Pages on
 * `localhost` and on `127.0.0.1` call a provider on `localhost`: the second is cross-site, so no third-party cookie helps.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Idp } from "../../src/idp/idp.ts";
import { findChromium } from "../support/chromium.ts";
import { type ClerkApp, ClerkTab, type Refusal, startClerkApp } from "../support/clerk-page.ts";
import { call, decode, hmacVerifies, rsaVerifies, SECRET, USERS } from "../support/idp.ts";

const ALICE = USERS[0]!;
const ACME = ALICE.organizations[0]!;
const PASSWORD = { strategy: "password", identifier: ALICE.email, password: "alice-password" } as const;

const found = findChromium();

test("Chromium is there", ({ skip }) => {
  if ("path" in found) return;
  // A pipeline that quietly lost its browser would go on being green.
  if (process.env["CI"]) throw new Error(`No browser test can run: ${found.missing}`);
  skip(found.missing);
});

describe.skipIf("missing" in found)("clerk-js in Chromium", () => {
  let app: ClerkApp;
  let idp: Idp;
  let tab: ClerkTab;

  beforeAll(async () => {
    app = await startClerkApp("path" in found ? found.path : "");
    idp = app.idp;
  });
  afterAll(() => app?.close());

  afterEach(() => tab.context.close());

  describe.each(["localhost", "127.0.0.1"])("on a page of http://%s", (host) => {
    beforeEach(async () => {
      tab = await ClerkTab.open(app.browser, app.origin(host));
    });

    test("loads, refuses a wrong password and an unknown address, and lets the right one in", async () => {
      expect(await tab.run((clerk) => clerk.status)).toBe("ready");
      expect(await tab.email()).toBeNull();
      const wrong = await tab.signIn({ ...PASSWORD, password: "wrong" });
      expect(wrong).toEqual({ status: 422, code: "form_password_incorrect" });
      const unknown = await tab.signIn({ ...PASSWORD, identifier: "x@example.com" });
      expect(unknown).toEqual({ status: 422, code: "form_identifier_not_found" });
      expect(await tab.signIn(PASSWORD)).toEqual({ status: "complete", code: null });
      expect(await tab.email()).toBe(ALICE.email);
      expect(await tab.signIn(PASSWORD)).toEqual({ status: 400, code: "session_exists" });
    });

    test("signs in by a code sent by e-mail", async () => {
      expect(await tab.signIn({ identifier: ALICE.email })).toEqual({ status: "needs_first_factor", code: null });
      const attempt = (code: string) =>
        tab.run(async (clerk, given) => {
          const { signIn } = clerk.client!;
          const factor = signIn.supportedFirstFactors!.find((one) => one.strategy === "email_code")!;
          await signIn.prepareFirstFactor({ strategy: "email_code", emailAddressId: factor.emailAddressId });
          try {
            const done = await signIn.attemptFirstFactor({ strategy: "email_code", code: given });
            await clerk.setActive({ session: done.createdSessionId! });
            return done.status;
          } catch (error) {
            return (error as Refusal).errors[0]!.code;
          }
        }, code);
      expect(await attempt("111111")).toBe("form_code_incorrect");
      expect(await attempt("424242")).toBe("complete");
      expect(await tab.email()).toBe(ALICE.email);
    });

    test("signs in by a ticket, once", async () => {
      const made = await call(idp, "POST", "/v1/sign_in_tokens", {
        json: { user_id: ALICE.id },
        headers: { Authorization: `Bearer ${idp.instance.secretKey}` },
      });
      const ticket = { strategy: "ticket", ticket: made.data.token } as const;
      expect(await tab.signIn(ticket)).toEqual({ status: "complete", code: null });
      expect(await tab.email()).toBe(ALICE.email);
      await tab.signOut();
      expect(await tab.signIn(ticket)).toEqual({ status: 400, code: "sign_in_token_already_used_code" });
    });

    test("gets both tokens, keeps the session over a reload, and loses it by signing out", async () => {
      await tab.signIn(PASSWORD);
      const session = await tab.token();
      expect(rsaVerifies(session, idp)).toBe(true);
      expect(decode(session).claims).toMatchObject({ sub: ALICE.id, azp: app.origin(host), fva: [0, -1], v: 2 });
      const flux = await tab.token({ template: "flux" });
      expect(hmacVerifies(flux, SECRET)).toBe(true);
      expect(decode(flux).claims).toMatchObject({ sub: ALICE.id, email: ALICE.email, azp: app.origin(host) });
      expect(await tab.token({ template: "flux" })).toBe(flux);
      expect(await tab.token({ template: "flux", skipCache: true })).not.toBe(flux);
      const cookies = async () =>
        Object.fromEntries((await tab.context.cookies(app.origin(host))).map(({ name, value }) => [name, value]));
      const { __session, __client_uat, ...others } = await cookies();
      expect(decode(__session!).claims["sub"]).toBe(ALICE.id);
      expect(others[`__session_${idp.instance.cookieSuffix}`]).toBe(__session);
      expect(Number(__client_uat)).toBeLessThanOrEqual(Number(decode(session).claims["iat"]));
      await tab.reload();
      expect(await tab.email()).toBe(ALICE.email);
      expect(hmacVerifies(await tab.token({ template: "flux" }), SECRET)).toBe(true);
      await tab.signOut();
      expect(await tab.email()).toBeNull();
      expect((await cookies())["__client_uat"]).toBe("0");
    });
  });

  describe("what does not depend on the page's site", () => {
    beforeEach(async () => {
      tab = await ClerkTab.open(app.browser, app.origin("127.0.0.1"));
    });

    test("an unknown template is refused as Clerk refuses it", async () => {
      await tab.signIn(PASSWORD);
      const refusal = await tab.run(async (clerk) => {
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

    test("people are sent to the page where they pick who to be, and taken back", async () => {
      const left = tab.page.waitForURL(/\/sign-in\?/);
      await tab.run((clerk) => void clerk.redirectToSignIn());
      await left;
      await tab.page.getByRole("button", { name: "Alice Adams" }).click();
      await tab.page.waitForURL((url) => url.origin === app.origin("127.0.0.1"));
      await tab.load();
      expect(await tab.email()).toBe(ALICE.email);
      expect(decode(await tab.token()).claims["azp"]).toBe(app.origin("127.0.0.1"));
    });

    test("the active organisation is switched, and stays over a reload", async () => {
      await tab.signIn(PASSWORD);
      const activate = (organization: string | null) =>
        tab.run((clerk, given) => clerk.setActive({ organization: given }), organization);
      await activate(ACME.id);
      expect(decode(await tab.token()).claims["o"]).toEqual({ id: ACME.id, rol: "admin", slg: "acme" });
      expect(await tab.run((clerk) => clerk.organization?.name)).toBe("Acme");
      await tab.reload();
      expect(decode(await tab.token()).claims["o"]).toMatchObject({ id: ACME.id });
      await activate(null);
      expect(decode(await tab.token()).claims).not.toHaveProperty("o");
    });

    test("a new user signs up, changes metadata and can sign in again", async () => {
      const status = await tab.run(async (clerk) => {
        const { signUp } = clerk.client!;
        await signUp.create({ emailAddress: "new@example.com", password: "a-new-password" });
        await signUp.prepareEmailAddressVerification({ strategy: "email_code" });
        const done = await signUp.attemptEmailAddressVerification({ code: "424242" });
        await clerk.setActive({ session: done.createdSessionId! });
        await clerk.user!.updateMetadata({ unsafeMetadata: { theme: "dark" } });
        return done.status;
      });
      expect(status).toBe("complete");
      expect(decode(await tab.token({ template: "flux" })).claims["email"]).toBe("new@example.com");
      await tab.signOut();
      const again = { ...PASSWORD, identifier: "new@example.com", password: "a-new-password" };
      expect(await tab.signIn(again)).toEqual({ status: "complete", code: null });
      expect(await tab.run((clerk) => clerk.user?.unsafeMetadata)).toEqual({ theme: "dark" });
    });
  });
});
