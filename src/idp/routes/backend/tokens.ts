/** Everything that is not a user or a session: keys, tickets, testing tokens, handshakes. */
import { epochSeconds } from "../../../time/clock.ts";
import { number, type Route, text } from "../../call.ts";
import { missingParameter, notFound, userNotFound } from "../../errors.ts";
import { randomText } from "../../ids.ts";
import { json } from "../../reply.ts";
import { createTicket } from "../../store/sign-in-tokens.ts";
import type { SignInToken } from "../../store/types.ts";

export const tokenRoutes: readonly Route[] = [
  { method: "GET", pattern: "/v1/jwks", handle: (ctx) => json(ctx.instance.jwks) },
  {
    method: "POST",
    pattern: "/v1/sign_in_tokens",
    handle: (ctx, call) => {
      const userId = text(call.fields, "user_id");
      if (!userId) throw missingParameter("user_id");
      if (!ctx.store.users.has(userId)) throw userNotFound(userId);
      const lifetime = number(call.fields, "expires_in_seconds");
      return json(ticketJson(createTicket(ctx.store, ctx.clock, userId, lifetime), call.baseUrl));
    },
  },
  {
    method: "POST",
    pattern: "/v1/sign_in_tokens/:id/revoke",
    handle: (ctx, call) => {
      const token = ctx.store.signInTokens.get(call.params["id"]!);
      if (!token) throw notFound("not found", `No sign-in token was found with id ${call.params["id"]}`);
      if (token.status === "pending") token.status = "revoked";
      token.updatedAt = ctx.clock.now();
      ctx.store.changed();
      return json(ticketJson(token, call.baseUrl));
    },
  },
  {
    method: "POST",
    pattern: "/v1/testing_tokens",
    // Given out because clerkSetup() insists on one; nothing here has to be bypassed with it.
    handle: (ctx) =>
      json({ object: "testing_token", token: randomText(48), expires_at: epochSeconds(ctx.clock) + 3600 }),
  },
  {
    method: "GET",
    pattern: "/v1/clients/handshake_payload",
    handle: (ctx, call) => {
      const nonce = call.query.get("nonce") ?? "";
      const directives = ctx.store.handshakes.get(nonce);
      if (!directives) throw notFound("not found", "No handshake was found with that nonce");
      ctx.store.handshakes.delete(nonce);
      return json({ directives });
    },
  },
];

function ticketJson(token: SignInToken, baseUrl: string) {
  return {
    object: "sign_in_token",
    id: token.id,
    user_id: token.userId,
    token: token.token,
    status: token.status,
    url: `${baseUrl}/sign-in?__clerk_ticket=${token.token}`,
    created_at: token.createdAt,
    updated_at: token.updatedAt,
  };
}
