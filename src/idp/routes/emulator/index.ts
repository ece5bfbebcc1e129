import type { Route } from "../../call.ts";
import { mintRoutes } from "./mint.ts";
import { wellKnownRoutes } from "./well-known.ts";

export const emulatorRoutes: readonly Route[] = [...wellKnownRoutes, ...mintRoutes];
