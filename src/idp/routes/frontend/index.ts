import type { Route } from "../../call.ts";
import { clientRoutes } from "./client.ts";
import { handshakeRoutes } from "./handshake.ts";
import { meRoutes } from "./me.ts";
import { organizationRoutes } from "./organizations.ts";
import { sessionRoutes } from "./sessions.ts";
import { signInRoutes } from "./sign-ins.ts";
import { signUpRoutes } from "./sign-ups.ts";

/** What clerk-js calls. */
export const frontendRoutes: readonly Route[] = [
  ...clientRoutes,
  ...handshakeRoutes,
  ...sessionRoutes,
  ...signInRoutes,
  ...signUpRoutes,
  ...meRoutes,
  ...organizationRoutes,
];
