import type { Route } from "../../call.ts";

export const frontendRoutes: readonly Route[] = [];
