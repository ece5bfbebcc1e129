import type { Route } from "../../call.ts";
import { serveScript } from "../../scripts.ts";

export const scriptRoutes: readonly Route[] = [
  { method: "GET", pattern: "/npm/*", handle: (ctx, call) => serveScript(call.params["*"]!, ctx.scriptRoots) },
];
