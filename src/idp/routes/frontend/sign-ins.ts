/** Signing in: by password, by a code sent by e-mail (nothing is sent, the code is always the same), by a ticket. */
import type { HttpResponse } from "../../../http/message.ts";
import { ensureClient, findClient, refuseWhenSignedIn } from "../../browser.ts";
import { type Call, type Route, text } from "../../call.ts";
import type { IdpContext } from "../../context.ts";
import { formError, missingParameter, notFound, signedOut } from "../../errors.ts";
import { newId } from "../../ids.ts";
import { passwordMatches } from "../../passwords.ts";
import { envelope } from "../../resources/client.ts";
import { signInJson } from "../../resources/sign-in.ts";
import { createSession } from "../../store/sessions.ts";
import { redeemTicket } from "../../store/sign-in-tokens.ts";
import type { Client, SignIn } from "../../store/types.ts";
import { findByIdentifier } from "../../store/users.ts";
import { checkCode } from "../codes.ts";

export const signInRoutes: readonly Route[] = [
  { method: "POST", pattern: "/v1/client/sign_ins", handle: create },
  {
    method: "GET",
    pattern: "/v1/client/sign_ins/:id",
    handle: (ctx, call) => answer(ctx, call, ...ownSignIn(ctx, call)),
  },
  { method: "POST", pattern: "/v1/client/sign_ins/:id/prepare_first_factor", handle: prepare },
  { method: "POST", pattern: "/v1/client/sign_ins/:id/attempt_first_factor", handle: attemptFirstFactor },
];

function create(ctx: IdpContext, call: Call): HttpResponse {
  const client = ensureClient(ctx, call);
  refuseWhenSignedIn(ctx, client);
  const signIn: SignIn = {
    id: newId("sia", ctx.clock),
    clientId: client.id,
    status: "needs_identifier",
    identifier: null,
    userId: null,
    strategy: null,
    verified: false,
    createdSessionId: null,
    createdAt: ctx.clock.now(),
  };
  const ticket = text(call.fields, "ticket");
  if (ticket !== undefined) {
    signIn.userId = redeemTicket(ctx.store, ctx.clock, ticket);
    signIn.strategy = "ticket";
    return complete(ctx, call, client, signIn);
  }
  identify(ctx, call, signIn);
  // Kept only now: an attempt that was refused outright leaves no trace in the client.
  keep(ctx, client, signIn);
  // The newer API of clerk-js sends a password without naming the strategy.
  if (text(call.fields, "password") !== undefined) return attempt(ctx, call, client, signIn, "password");
  const strategy = text(call.fields, "strategy");
  if (strategy === "email_code") signIn.strategy = strategy;
  return answer(ctx, call, client, signIn);
}

function identify(ctx: IdpContext, call: Call, signIn: SignIn): void {
  const identifier = text(call.fields, "identifier");
  if (identifier === undefined) return;
  const user = findByIdentifier(ctx.store, identifier);
  if (!user) throw formError("form_identifier_not_found", "identifier", "Couldn't find your account.");
  signIn.identifier = identifier;
  signIn.userId = user.id;
  signIn.status = "needs_first_factor";
}

function prepare(ctx: IdpContext, call: Call): HttpResponse {
  const [client, signIn] = ownSignIn(ctx, call);
  const strategy = text(call.fields, "strategy");
  if (strategy !== "email_code") throw unsupportedStrategy();
  signIn.strategy = strategy;
  return answer(ctx, call, client, signIn);
}

function attemptFirstFactor(ctx: IdpContext, call: Call): HttpResponse {
  const [client, signIn] = ownSignIn(ctx, call);
  refuseWhenSignedIn(ctx, client);
  return attempt(ctx, call, client, signIn, text(call.fields, "strategy"));
}

function attempt(
  ctx: IdpContext,
  call: Call,
  client: Client,
  signIn: SignIn,
  strategy: string | undefined,
): HttpResponse {
  const user = signIn.userId === null ? undefined : ctx.store.users.get(signIn.userId);
  if (!user) throw missingParameter("identifier");
  signIn.strategy = strategy ?? null;
  switch (strategy) {
    case "password":
      if (user.passwordHash === null) throw unsupportedStrategy();
      if (!passwordMatches(text(call.fields, "password") ?? "", user.passwordHash)) throw wrongPassword();
      break;
    case "email_code":
      checkCode(text(call.fields, "code"));
      break;
    default:
      throw unsupportedStrategy();
  }
  return complete(ctx, call, client, signIn);
}

function complete(ctx: IdpContext, call: Call, client: Client, signIn: SignIn): HttpResponse {
  const user = ctx.store.users.get(signIn.userId!)!;
  keep(ctx, client, signIn);
  signIn.status = "complete";
  signIn.verified = true;
  signIn.createdSessionId = createSession(ctx.store, ctx.clock, client, user.id, { verified: true }).id;
  user.lastSignInAt = ctx.clock.now();
  const response = signInJson(ctx, signIn);
  // A finished attempt is no longer the client's; clerk-js would otherwise go on with it.
  client.signInId = null;
  return envelope(ctx, call, client, response);
}

function keep(ctx: IdpContext, client: Client, signIn: SignIn): void {
  ctx.store.signIns.set(signIn.id, signIn);
  client.signInId = signIn.id;
}

function ownSignIn(ctx: IdpContext, call: Call): [Client, SignIn] {
  const client = findClient(ctx, call);
  if (!client) throw signedOut();
  const id = call.params["id"]!;
  const signIn = ctx.store.signIns.get(id);
  if (!signIn || signIn.clientId !== client.id) throw notFound("not found", `No sign-in was found with id ${id}`);
  return [client, signIn];
}

function answer(ctx: IdpContext, call: Call, client: Client, signIn: SignIn): HttpResponse {
  return envelope(ctx, call, client, signInJson(ctx, signIn));
}

const wrongPassword = () =>
  formError("form_password_incorrect", "password", "Password is incorrect. Try again, or use another method.");

const unsupportedStrategy = () =>
  formError("strategy_for_user_invalid", "strategy", "The verification strategy is not valid for this account");
