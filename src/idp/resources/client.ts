/** The client (one browser): the answer to `GET /client`, and part of every other answer. */
import type { HttpResponse } from "../../http/message.ts";
import type { Call } from "../call.ts";
import type { IdpContext } from "../context.ts";
import { json } from "../reply.ts";
import { activeSessions } from "../store/sessions.ts";
import type { Client } from "../store/types.ts";
import { frontendSessionJson } from "./session.ts";
import { signInJson, signUpJson } from "./sign-in.ts";

export function clientJson(ctx: IdpContext, client: Client, origin: string | undefined) {
  const signIn = client.signInId === null ? undefined : ctx.store.signIns.get(client.signInId);
  const signUp = client.signUpId === null ? undefined : ctx.store.signUps.get(client.signUpId);
  return {
    object: "client",
    id: client.id,
    sessions: activeSessions(ctx.store, ctx.clock, client).map((session) => frontendSessionJson(ctx, session, origin)),
    sign_in: signIn ? signInJson(ctx, signIn) : null,
    sign_up: signUp ? signUpJson(signUp) : null,
    last_active_session_id: client.lastActiveSessionId,
    last_authentication_strategy: null,
    // Nobody solves riddles offline: clerk-js then signs up without asking for a captcha.
    captcha_bypass: true,
    cookie_expires_at: null,
    created_at: client.createdAt,
    updated_at: client.updatedAt,
  };
}

/**
 * The envelope of the Frontend API. It is the `client` beside the resource from which clerk-js learns what changed:
 * without it a sign-in "succeeds" and nothing happens.
 */
export function envelope(ctx: IdpContext, call: Call, client: Client | undefined, response: unknown): HttpResponse {
  return json({ response, client: client ? clientJson(ctx, client, call.origin) : null });
}
