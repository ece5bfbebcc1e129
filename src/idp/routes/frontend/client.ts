/** The browser itself: known by a dev browser id, described by its client. */
import type { HttpResponse } from "../../../http/message.ts";
import { ensureClient, findClient } from "../../browser.ts";
import type { Call, Route } from "../../call.ts";
import type { IdpContext } from "../../context.ts";
import { newId } from "../../ids.ts";
import { json } from "../../reply.ts";
import { clientJson } from "../../resources/client.ts";
import { environmentJson } from "../../resources/environment.ts";
import { activeSessions, endSession } from "../../store/sessions.ts";

export const clientRoutes: readonly Route[] = [
  { method: "POST", pattern: "/v1/dev_browser", handle: (ctx) => json({ id: newId("dvb", ctx.clock) }) },
  { method: "GET", pattern: "/v1/environment", handle: (ctx, call) => json(environmentJson(ctx, call.baseUrl)) },
  // A development instance is told about the page with PATCH; the answer is the same.
  { method: "PATCH", pattern: "/v1/environment", handle: (ctx, call) => json(environmentJson(ctx, call.baseUrl)) },
  {
    method: "GET",
    pattern: "/v1/client",
    // Never an error: clerk-js gives up loading on any 4xx here.
    handle: (ctx, call) => {
      const client = findClient(ctx, call);
      return json({ response: client ? clientJson(ctx, client, call.origin) : null, client: null });
    },
  },
  { method: "PUT", pattern: "/v1/client", handle: createClient },
  { method: "POST", pattern: "/v1/client", handle: createClient },
  { method: "DELETE", pattern: "/v1/client", handle: signOutEverywhere },
  { method: "DELETE", pattern: "/v1/client/sessions", handle: signOutEverywhere },
];

function createClient(ctx: IdpContext, call: Call): HttpResponse {
  return json({ response: clientJson(ctx, ensureClient(ctx, call), call.origin), client: null });
}

function signOutEverywhere(ctx: IdpContext, call: Call): HttpResponse {
  const client = findClient(ctx, call);
  if (!client) return json({ response: null, client: null });
  for (const session of activeSessions(ctx.store, ctx.clock, client))
    endSession(ctx.store, ctx.clock, session, "removed");
  client.signInId = null;
  client.signUpId = null;
  const shown = clientJson(ctx, client, call.origin);
  return json({ response: shown, client: shown });
}
