/** An app's page with the real clerk-js on it, and a tab to use it in. */
import type { Clerk } from "@clerk/clerk-js";
import type { Browser, BrowserContext, JSHandle, Page } from "playwright-core";
import { type Listening, listen } from "../../src/http/node.ts";
import type { Idp } from "../../src/idp/idp.ts";
import { launchChromium } from "./chromium.ts";
import { makeIdp } from "./idp.ts";

export interface ClerkApp {
  readonly idp: Idp;
  /** Reached as `http://localhost:<port>` by every page. */
  readonly provider: Listening;
  readonly browser: Browser;
  /** The app's page, on `localhost` or `127.0.0.1`. */
  origin(host: string): string;
  close(): Promise<void>;
}

/** A provider on the machine's own time, an app whose every page carries clerk-js, and a browser. */
export async function startClerkApp(chromium: string): Promise<ClerkApp> {
  const { idp, clock } = await makeIdp({ scriptRoots: [process.cwd()] });
  clock.reset();
  const provider = await listen(idp.handle, { port: 0 });
  const page = clerkPage(idp.instance.publishableKey, `http://localhost:${provider.port}`);
  const headers = [["Content-Type", "text/html"]] as const;
  const app = await listen(async () => ({ status: 200, headers, body: page }), { port: 0 });
  const browser = await launchChromium(chromium);
  return {
    idp,
    provider,
    browser,
    origin: (host) => `http://${host}:${app.port}`,
    async close() {
      await browser.close();
      await app.close();
      await provider.close();
    },
  };
}

/** What Clerk's guide for plain JavaScript says, with the emulator's address as `proxyUrl`. */
export const clerkPage = (publishableKey: string, idpUrl: string): string => `<!doctype html><title>app</title><script
  src="${idpUrl}/npm/@clerk/clerk-js@6/dist/clerk.browser.js"
  crossorigin="anonymous"
  data-clerk-publishable-key="${publishableKey}"
  data-clerk-proxy-url="${idpUrl}"></script>`;

type SignInParams = Parameters<NonNullable<Clerk["client"]>["signIn"]["create"]>[0];
type TokenOptions = Parameters<NonNullable<Clerk["session"]>["getToken"]>[0];

/** What clerk-js throws when the provider refuses. */
export interface Refusal {
  readonly status: number;
  readonly errors: readonly { readonly code: string; readonly longMessage: string }[];
}

export class ClerkTab {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly #url: string;

  private constructor(page: Page, context: BrowserContext, url: string) {
    this.page = page;
    this.context = context;
    this.#url = url;
  }

  /** A fresh profile on that page, clerk-js loaded. */
  static async open(browser: Browser, url: string): Promise<ClerkTab> {
    const context = await browser.newContext();
    const tab = new ClerkTab(await context.newPage(), context, url);
    await tab.reload();
    return tab;
  }

  async reload(): Promise<void> {
    await this.page.goto(this.#url);
    await this.load();
  }

  load(): Promise<void> {
    return this.run((clerk) => clerk.load());
  }

  /** Runs in the page, on the page's `window.Clerk`. */
  async run<Result, Given>(act: (clerk: Clerk, given: Given) => Result, given?: Given): Promise<Awaited<Result>> {
    const clerk = (await this.page.evaluateHandle("window.Clerk")) as JSHandle<Clerk>;
    // biome-ignore lint/suspicious/noExplicitAny: playwright's own type for what crosses into the page.
    return clerk.evaluate(act as any, given) as Promise<Awaited<Result>>;
  }

  /** Signs in and makes the session active; a refusal comes back as clerk-js threw it. */
  signIn(params: SignInParams): Promise<{ status: string | number | null; code: string | null }> {
    return this.run(async (clerk, given) => {
      try {
        const attempt = await clerk.client!.signIn.create(given);
        if (attempt.status === "complete") await clerk.setActive({ session: attempt.createdSessionId! });
        return { status: attempt.status, code: null };
      } catch (error) {
        const { status, errors } = error as Refusal;
        return { status, code: errors[0]!.code };
      }
    }, params);
  }

  /** clerk-js leaves for another page when it has signed out. */
  async signOut(): Promise<void> {
    const left = this.page.waitForEvent("load");
    await this.run((clerk) => void clerk.signOut());
    await left;
    await this.reload();
  }

  email(): Promise<string | null> {
    return this.run((clerk) => clerk.user?.primaryEmailAddress?.emailAddress ?? null);
  }

  async token(options: TokenOptions = {}): Promise<string> {
    return (await this.run((clerk, given) => clerk.session!.getToken(given), options)) ?? "";
  }
}
