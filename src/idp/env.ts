/** The environment Clerk's own packages need to talk to the emulator instead of Clerk. */
import type { Instance } from "./keys.ts";

/**
 * Names and values for `flux-dev env`, in the order to print. `url` is where the app reaches the identity provider,
 * such as `http://localhost:4100`.
 *
 * What reads what: servers read `CLERK_API_URL` (framework packages; `createClerkClient` and `verifyToken` take it as
 * the option `apiUrl`); a page passes `CLERK_FAPI_URL` as `proxyUrl`; @clerk/nextjs needs the script's URL in full,
 * because it would ask for the script by https otherwise.
 */
export function clerkEnv(instance: Instance, url: string): Record<string, string> {
  return {
    CLERK_PUBLISHABLE_KEY: instance.publishableKey,
    NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: instance.publishableKey,
    CLERK_SECRET_KEY: instance.secretKey,
    CLERK_API_URL: url,
    CLERK_FAPI_URL: url,
    NEXT_PUBLIC_CLERK_PROXY_URL: url,
    NEXT_PUBLIC_CLERK_JS_URL: `${url}/npm/@clerk/clerk-js@6/dist/clerk.browser.js`,
    NEXT_PUBLIC_CLERK_PREFETCH_UI: "false",
    NEXT_PUBLIC_CLERK_TELEMETRY_DISABLED: "1",
  };
}
