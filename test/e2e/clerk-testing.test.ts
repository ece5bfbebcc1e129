/** The real @clerk/testing, as a Playwright suite of an app would use it. */
import { clerk, clerkSetup, setupClerkTestingToken } from "@clerk/testing/playwright";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findChromium } from "../support/chromium.ts";
import { type ClerkApp, ClerkTab, startClerkApp } from "../support/clerk-page.ts";
import { call, USERS } from "../support/idp.ts";

const ALICE = USERS[0]!;
/** @clerk/testing signs in by code only where Clerk sends no mail. */
const TESTER = "tester+clerk_test@example.com";

const found = findChromium();

describe.skipIf("missing" in found)("@clerk/testing", () => {
  let app: ClerkApp;
  let tab: ClerkTab;

  beforeAll(async () => {
    app = await startClerkApp("path" in found ? found.path : "");
    const { publishableKey, secretKey } = app.idp.instance;
    await call(app.idp, "POST", "/v1/users", {
      json: { email_address: [TESTER] },
      headers: { Authorization: `Bearer ${secretKey}` },
    });
    Object.assign(process.env, { CLERK_API_URL: app.provider.url, CLERK_SECRET_KEY: secretKey });
    await clerkSetup({ publishableKey, dotenv: false });
  });
  afterAll(() => app?.close());
  beforeEach(async () => {
    tab = await ClerkTab.open(app.browser, app.origin("localhost"));
    await setupClerkTestingToken({ page: tab.page });
  });
  afterEach(() => tab.context.close());

  test("clerkSetup gets its testing token here", () => {
    expect(process.env["CLERK_TESTING_TOKEN"]).toMatch(/^\w{48}$/);
    expect(process.env["CLERK_FAPI"]).toBe(app.idp.instance.host);
  });

  test("signs in by password, and out", async () => {
    const signInParams = { strategy: "password", identifier: ALICE.email, password: "alice-password" } as const;
    await clerk.signIn({ page: tab.page, signInParams });
    expect(await tab.email()).toBe(ALICE.email);
    // The sign-out ends in a navigation of its own, which the reload below would interrupt.
    const left = tab.page.waitForEvent("load");
    await clerk.signOut({ page: tab.page, signOutOptions: { redirectUrl: app.origin("localhost") } });
    await left;
    await tab.reload();
    expect(await tab.email()).toBeNull();
  });

  test("signs in by e-mail code", async () => {
    await clerk.signIn({ page: tab.page, signInParams: { strategy: "email_code", identifier: TESTER } });
    expect(await tab.email()).toBe(TESTER);
  });
});
