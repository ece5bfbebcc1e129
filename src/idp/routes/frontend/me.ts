/** The signed-in user about themselves. */
import type { HttpResponse } from "../../../http/message.ts";
import { currentSession } from "../../browser.ts";
import { type Call, object, type Route, text } from "../../call.ts";
import type { IdpContext } from "../../context.ts";
import { formError } from "../../errors.ts";
import { mergeMetadata } from "../../metadata.ts";
import { hashPassword, passwordMatches } from "../../passwords.ts";
import { json } from "../../reply.ts";
import { envelope } from "../../resources/client.ts";
import { membershipJson } from "../../resources/organization.ts";
import { frontendSessionJson } from "../../resources/session.ts";
import { frontendUserJson } from "../../resources/user.ts";
import { membershipsOfUser } from "../../store/organizations.ts";
import { activeSessions } from "../../store/sessions.ts";
import type { User } from "../../store/types.ts";
import { deleteUser } from "../../store/users.ts";
import { checkPassword } from "../passwords.ts";

export const meRoutes: readonly Route[] = [
  { method: "GET", pattern: "/v1/me", handle: (ctx, call) => me(ctx, call) },
  { method: "PATCH", pattern: "/v1/me", handle: update },
  { method: "PATCH", pattern: "/v1/me/metadata", handle: updateMetadata },
  { method: "DELETE", pattern: "/v1/me", handle: remove },
  { method: "POST", pattern: "/v1/me/change_password", handle: changePassword },
  { method: "GET", pattern: "/v1/me/sessions/active", handle: sessions },
  { method: "GET", pattern: "/v1/me/organization_memberships", handle: memberships },
  { method: "GET", pattern: "/v1/me/organization_invitations", handle: nobody },
  { method: "GET", pattern: "/v1/me/organization_suggestions", handle: nobody },
];

function me(ctx: IdpContext, call: Call): HttpResponse {
  const { client, user } = currentSession(ctx, call);
  return envelope(ctx, call, client, userJson(ctx, user));
}

function update(ctx: IdpContext, call: Call): HttpResponse {
  const { user } = currentSession(ctx, call);
  user.firstName = text(call.fields, "first_name") ?? user.firstName;
  user.lastName = text(call.fields, "last_name") ?? user.lastName;
  user.username = text(call.fields, "username") ?? user.username;
  user.unsafeMetadata = object(call.fields, "unsafe_metadata") ?? user.unsafeMetadata;
  user.updatedAt = ctx.clock.now();
  ctx.store.changed();
  return me(ctx, call);
}

/** People may write their unsafe metadata only; the public kind is for servers to write. */
function updateMetadata(ctx: IdpContext, call: Call): HttpResponse {
  const { user } = currentSession(ctx, call);
  mergeMetadata(user, { unsafe_metadata: call.fields["unsafe_metadata"] }, ctx.clock.now());
  ctx.store.changed();
  return me(ctx, call);
}

function changePassword(ctx: IdpContext, call: Call): HttpResponse {
  const { user } = currentSession(ctx, call);
  if (user.passwordHash !== null && !passwordMatches(text(call.fields, "current_password") ?? "", user.passwordHash)) {
    throw formError(
      "form_password_incorrect",
      "current_password",
      "Password is incorrect. Try again, or use another method.",
    );
  }
  const password = text(call.fields, "new_password") ?? "";
  checkPassword(password);
  user.passwordHash = hashPassword(password);
  ctx.store.changed();
  return me(ctx, call);
}

function remove(ctx: IdpContext, call: Call): HttpResponse {
  const { client, user } = currentSession(ctx, call);
  deleteUser(ctx.store, ctx.clock, user);
  return envelope(ctx, call, client, { object: "user", id: user.id, deleted: true });
}

function sessions(ctx: IdpContext, call: Call): HttpResponse {
  const { client } = currentSession(ctx, call);
  return json(
    activeSessions(ctx.store, ctx.clock, client).map((session) => frontendSessionJson(ctx, session, call.origin)),
  );
}

function memberships(ctx: IdpContext, call: Call): HttpResponse {
  const { client, user } = currentSession(ctx, call);
  const all = membershipsOfUser(ctx.store, user.id).map((membership) => membershipJson(ctx, membership, "frontend"));
  return envelope(ctx, call, client, { data: all, total_count: all.length });
}

/** Invitations and suggestions need mail and domains; there are none here. */
function nobody(ctx: IdpContext, call: Call): HttpResponse {
  const { client } = currentSession(ctx, call);
  return envelope(ctx, call, client, { data: [], total_count: 0 });
}

function userJson(ctx: IdpContext, user: User) {
  const all = membershipsOfUser(ctx.store, user.id).map((membership) => membershipJson(ctx, membership, "frontend"));
  return frontendUserJson(user, all);
}
