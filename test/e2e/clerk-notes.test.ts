/**
 * The documented browser line, whole: a page with the real clerk-js signs a seeded user in, asks for the flux token and
 * fetches that user's notes from the Service URL, in both modes.
 */
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Listening, listen } from "../../src/http/node.ts";
import type { RunningStack } from "../../src/stack/running-stack.ts";
import { startStack } from "../../src/stack/start.ts";
import { findChromium, launchChromium } from "../support/chromium.ts";
import { ClerkTab, clerkPage } from "../support/clerk-page.ts";

const found = findChromium();

describe.skipIf("missing" in found)("a page with clerk-js against a stack", () => {
  let directory: string;
  let stack: RunningStack;
  let app: Listening;
  let browser: Browser;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "flux-dev-clerk-"));
    stack = await startStack({ directory, throwAway: true });
    const env = Object.assign({}, ...stack.environment().map((group) => group.variables)) as Record<string, string>;
    const body = clerkPage(env["CLERK_PUBLISHABLE_KEY"]!, env["CLERK_FAPI_URL"]!);
    app = await listen(async () => ({ status: 200, headers: [["Content-Type", "text/html"]], body }), { port: 0 });
    browser = await launchChromium("path" in found ? found.path : "");
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    await stack?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  /** Word for word what the guide tells apps to do, but for the URL. */
  const notes = (tab: ClerkTab) =>
    tab.page.evaluate(`(async () => {
      const token = await window.Clerk?.session?.getToken({ template: "flux" });
      const res = await fetch("${stack.info().directUrl}/notes?select=*&limit=10", {
        headers: { Authorization: \`Bearer \${token}\` },
      });
      return { status: res.status, bodies: (await res.json()).map((note) => note.body).sort() };
    })()`);

  const users = { alice: ["Buy oat milk", "Call the bank"], bob: ["Rehearse the talk"], carol: [] };

  test.each(Object.entries(users))("%s sees the notes of their own, on v2 and on v1", async (name, bodies) => {
    const tab = await ClerkTab.open(browser, `http://localhost:${app.port}`);
    const form = { strategy: "password", identifier: `${name}@example.com`, password: `${name}-password` } as const;
    expect(await tab.signIn(form)).toEqual({ status: "complete", code: null });
    expect(await notes(tab)).toEqual({ status: 200, bodies });
    await stack.switchMode("v1");
    // The page still holds a token of the other mode for up to a minute; a reload forgets it.
    await tab.reload();
    expect(await notes(tab)).toEqual({ status: 200, bodies });
    await stack.switchMode("v2");
    await tab.context.close();
  });
});
