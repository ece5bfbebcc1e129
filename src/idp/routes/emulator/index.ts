import type { Route } from "../../call.ts";
import { mintRoutes } from "./mint.ts";
import { scriptRoutes } from "./scripts.ts";
import { signInPageRoutes } from "./sign-in.ts";
import { wellKnownRoutes } from "./well-known.ts";

/** What Clerk does not have, or has on other hosts. */
export const emulatorRoutes: readonly Route[] = [
  ...wellKnownRoutes,
  ...mintRoutes,
  ...scriptRoutes,
  ...signInPageRoutes,
];
