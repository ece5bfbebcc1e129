import type { Route } from "../../call.ts";
import { json } from "../../reply.ts";

export const backendRoutes: readonly Route[] = [
  { method: "GET", pattern: "/v1/jwks", handle: (ctx) => json(ctx.instance.jwks) },
];
