import type { Route } from "../../call.ts";
import { jwtTemplateRoutes } from "./jwt-templates.ts";
import { organizationRoutes } from "./organizations.ts";
import { sessionRoutes } from "./sessions.ts";
import { tokenRoutes } from "./tokens.ts";
import { userRoutes } from "./users.ts";

/** What @clerk/backend calls. */
export const backendRoutes: readonly Route[] = [
  ...tokenRoutes,
  ...userRoutes,
  ...sessionRoutes,
  ...jwtTemplateRoutes,
  ...organizationRoutes,
];
