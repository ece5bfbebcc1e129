/** Signing up: an address to prove, a password, and a new user who lives as long as the stack does. */
import type { HttpResponse } from "../../../http/message.ts";
import { ensureClient, findClient, refuseWhenSignedIn } from "../../browser.ts";
import { type Call, object, type Route, text } from "../../call.ts";
import type { IdpContext } from "../../context.ts";
import { formError, identifierExists, notFound, signedOut } from "../../errors.ts";
import { newId } from "../../ids.ts";
import { hashPassword } from "../../passwords.ts";
import { envelope } from "../../resources/client.ts";
import { missingFields, signUpJson } from "../../resources/sign-in.ts";
import { createSession } from "../../store/sessions.ts";
import type { Client, SignUp } from "../../store/types.ts";
import { createUser, findByIdentifier } from "../../store/users.ts";
import { checkCode } from "../codes.ts";
import { checkPassword } from "../passwords.ts";

export const signUpRoutes: readonly Route[] = [
  { method: "POST", pattern: "/v1/client/sign_ups", handle: create },
  {
    method: "GET",
    pattern: "/v1/client/sign_ups/:id",
    handle: (ctx, call) => answer(ctx, call, ...ownSignUp(ctx, call)),
  },
  { method: "PATCH", pattern: "/v1/client/sign_ups/:id", handle: update },
  { method: "POST", pattern: "/v1/client/sign_ups/:id/prepare_verification", handle: prepare },
  { method: "POST", pattern: "/v1/client/sign_ups/:id/attempt_verification", handle: attempt },
];

function create(ctx: IdpContext, call: Call): HttpResponse {
  const client = ensureClient(ctx, call);
  refuseWhenSignedIn(ctx, client);
  const signUp: SignUp = {
    id: newId("sua", ctx.clock),
    clientId: client.id,
    email: null,
    username: null,
    firstName: null,
    lastName: null,
    passwordHash: null,
    unsafeMetadata: {},
    prepared: false,
    verified: false,
    createdUserId: null,
    createdSessionId: null,
    createdAt: ctx.clock.now(),
  };
  fill(ctx, call, signUp);
  ctx.store.signUps.set(signUp.id, signUp);
  client.signUpId = signUp.id;
  return answer(ctx, call, client, signUp);
}

function update(ctx: IdpContext, call: Call): HttpResponse {
  const [client, signUp] = ownSignUp(ctx, call);
  fill(ctx, call, signUp);
  return proceed(ctx, call, client, signUp);
}

function prepare(ctx: IdpContext, call: Call): HttpResponse {
  const [client, signUp] = ownSignUp(ctx, call);
  requireEmailCode(call);
  signUp.prepared = true;
  return answer(ctx, call, client, signUp);
}

function attempt(ctx: IdpContext, call: Call): HttpResponse {
  const [client, signUp] = ownSignUp(ctx, call);
  requireEmailCode(call);
  checkCode(text(call.fields, "code"));
  signUp.verified = true;
  return proceed(ctx, call, client, signUp);
}

function fill(ctx: IdpContext, call: Call, signUp: SignUp): void {
  const email = text(call.fields, "email_address");
  const username = text(call.fields, "username");
  const password = text(call.fields, "password");
  for (const [param, identifier] of Object.entries({ email_address: email, username })) {
    if (identifier && findByIdentifier(ctx.store, identifier)) throw identifierExists(param);
  }
  if (email && !/^[^@\s]+@[^@\s]+$/.test(email)) {
    throw formError(
      "form_param_format_invalid",
      "email_address",
      "is invalid",
      "Email address must be a valid email address.",
    );
  }
  if (password !== undefined) checkPassword(password);
  if (email !== undefined && email !== signUp.email) Object.assign(signUp, { email, verified: false, prepared: false });
  if (username !== undefined) signUp.username = username;
  if (password !== undefined) signUp.passwordHash = hashPassword(password);
  signUp.firstName = text(call.fields, "first_name") ?? signUp.firstName;
  signUp.lastName = text(call.fields, "last_name") ?? signUp.lastName;
  signUp.unsafeMetadata = object(call.fields, "unsafe_metadata") ?? signUp.unsafeMetadata;
}

/** Makes the account and signs it in as soon as nothing is missing. */
function proceed(ctx: IdpContext, call: Call, client: Client, signUp: SignUp): HttpResponse {
  if (!signUp.verified || missingFields(signUp).length > 0 || signUp.createdUserId !== null) {
    return answer(ctx, call, client, signUp);
  }
  // Somebody else may have taken the address since it was given.
  if (findByIdentifier(ctx.store, signUp.email!)) throw identifierExists("email_address");
  const user = createUser(ctx.store, ctx.clock, { ...signUp, emails: [signUp.email!] });
  user.lastSignInAt = ctx.clock.now();
  signUp.createdUserId = user.id;
  signUp.createdSessionId = createSession(ctx.store, ctx.clock, client, user.id, { verified: true }).id;
  const response = signUpJson(signUp);
  client.signUpId = null;
  return envelope(ctx, call, client, response);
}

function requireEmailCode(call: Call): void {
  if (text(call.fields, "strategy") === "email_code") return;
  throw formError("form_param_value_invalid", "strategy", "is invalid", "The emulator verifies by email_code only.");
}

function ownSignUp(ctx: IdpContext, call: Call): [Client, SignUp] {
  const client = findClient(ctx, call);
  if (!client) throw signedOut();
  const id = call.params["id"]!;
  const signUp = ctx.store.signUps.get(id);
  if (!signUp || signUp.clientId !== client.id) throw notFound("not found", `No sign-up was found with id ${id}`);
  return [client, signUp];
}

function answer(ctx: IdpContext, call: Call, client: Client, signUp: SignUp): HttpResponse {
  return envelope(ctx, call, client, signUpJson(signUp));
}
