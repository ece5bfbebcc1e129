/**
 * The handshake: a server that finds its cookies missing or stale sends the browser here, and it comes back with the
 * cookies to set. They travel as a signed token in the query, or, if the server asks so, under a nonce that it then
 * looks up through the Backend API.
 */
import { epochSeconds } from "../../../time/clock.ts";
import { signJws } from "../../../tokens/jws.ts";
import { DEV_BROWSER, findClient } from "../../browser.ts";
import type { Call, Route } from "../../call.ts";
import { sessionHeader } from "../../claims/session.ts";
import type { IdpContext } from "../../context.ts";
import { formError } from "../../errors.ts";
import { newId, randomText } from "../../ids.ts";
import { draftSessionToken, sealDraft } from "../../issue.ts";
import { redirect } from "../../reply.ts";
import { activeSessions } from "../../store/sessions.ts";
import type { Client } from "../../store/types.ts";

export const handshakeRoutes: readonly Route[] = [
  {
    method: "GET",
    pattern: "/v1/client/handshake",
    handle: (ctx, call) => {
      const asked = call.query.get("redirect_url") ?? "";
      if (!URL.canParse(asked) || !/^https?:$/.test(new URL(asked).protocol)) {
        throw formError(
          "form_param_format_invalid",
          "redirect_url",
          "redirect_url must be an http(s) URL",
          undefined,
          400,
        );
      }
      const target = new URL(asked);
      const directives = cookiesFor(ctx, call, target.origin);
      if (call.query.get("format") === "nonce") {
        const nonce = randomText(40);
        ctx.store.handshakes.set(nonce, directives);
        target.searchParams.set("__clerk_handshake_nonce", nonce);
      } else {
        const header = sessionHeader(ctx.instance, epochSeconds(ctx.clock));
        target.searchParams.set(
          "__clerk_handshake",
          signJws(header, { handshake: directives }, ctx.instance.privateKey),
        );
      }
      return redirect(target.href, 307);
    },
  },
];

/** `Set-Cookie` lines for the app's origin, each under its plain name and under the project's own. */
function cookiesFor(ctx: IdpContext, call: Call, origin: string): string[] {
  const client = findClient(ctx, call);
  const session = client && lastActive(ctx, client);
  const jwt = session && sealDraft(draftSessionToken(ctx, session, { origin }));
  const devBrowser = call.query.get(DEV_BROWSER) || client?.devBrowser || newId("dvb", ctx.clock);
  return [
    ...both(ctx, DEV_BROWSER, devBrowser),
    ...both(ctx, "__client_uat", session ? String(Math.floor(client.updatedAt / 1000)) : "0"),
    ...both(ctx, "__session", jwt),
  ];
}

function lastActive(ctx: IdpContext, client: Client) {
  const sessions = activeSessions(ctx.store, ctx.clock, client);
  return sessions.find((session) => session.id === client.lastActiveSessionId) ?? sessions[0];
}

const YEAR = 31_536_000;

function both(ctx: IdpContext, name: string, value: string | undefined): string[] {
  const attributes = `Path=/; SameSite=Lax; Max-Age=${value === undefined ? 0 : YEAR}`;
  return [name, `${name}_${ctx.instance.cookieSuffix}`].map((cookie) => `${cookie}=${value ?? ""}; ${attributes}`);
}
