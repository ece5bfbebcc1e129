/** Sessions as a server manages them, and the tokens it may ask for. */
import type { HttpResponse } from "../../../http/message.ts";
import { type Call, number, type Route, text } from "../../call.ts";
import type { IdpContext } from "../../context.ts";
import { formError, missingParameter, sessionNotFound, userNotFound } from "../../errors.ts";
import { draftSessionTemplateToken, draftSessionToken, sealDraft } from "../../issue.ts";
import { json } from "../../reply.ts";
import { backendSessionJson } from "../../resources/session.ts";
import { createClient, createSession, endSession, isActive } from "../../store/sessions.ts";
import type { Session } from "../../store/types.ts";
import { page } from "../pages.ts";

export const sessionRoutes: readonly Route[] = [
  { method: "GET", pattern: "/v1/sessions", handle: list },
  { method: "POST", pattern: "/v1/sessions", handle: create },
  {
    method: "GET",
    pattern: "/v1/sessions/:id",
    handle: (ctx, call) => json(backendSessionJson(ctx, knownSession(ctx, call))),
  },
  {
    method: "POST",
    pattern: "/v1/sessions/:id/revoke",
    handle: (ctx, call) => {
      const session = knownSession(ctx, call);
      if (session.status === "active") endSession(ctx.store, ctx.clock, session, "revoked");
      return json(backendSessionJson(ctx, session));
    },
  },
  { method: "POST", pattern: "/v1/sessions/:id/tokens", handle: sessionToken },
  { method: "POST", pattern: "/v1/sessions/:id/tokens/:template", handle: templateToken },
];

/** A bare array, or a page object when the client asks for one (`paginated=true`). */
function list(ctx: IdpContext, call: Call): HttpResponse {
  const wanted = { userId: call.query.get("user_id"), clientId: call.query.get("client_id") };
  const status = call.query.get("status");
  const all = [...ctx.store.sessions.values()].filter(
    (session) =>
      (wanted.userId === null || session.userId === wanted.userId) &&
      (wanted.clientId === null || session.clientId === wanted.clientId) &&
      (status === null || backendSessionJson(ctx, session).status === status),
  );
  const data = page(all, call).map((session) => backendSessionJson(ctx, session));
  return json(call.query.get("paginated") === "true" ? { data, total_count: all.length } : data);
}

/** Clerk allows this in development instances, for tests: a session nobody signed in to. */
function create(ctx: IdpContext, call: Call): HttpResponse {
  const userId = text(call.fields, "user_id");
  if (!userId) throw missingParameter("user_id");
  if (!ctx.store.users.has(userId)) throw userNotFound(userId);
  const client = createClient(ctx.store, ctx.clock, null);
  return json(backendSessionJson(ctx, createSession(ctx.store, ctx.clock, client, userId, { verified: false })));
}

function sessionToken(ctx: IdpContext, call: Call): HttpResponse {
  const session = liveSession(ctx, call);
  return token(sealDraft(draftSessionToken(ctx, session, { lifetime: lifetime(call) })));
}

function templateToken(ctx: IdpContext, call: Call): HttpResponse {
  const session = liveSession(ctx, call);
  const draft = draftSessionTemplateToken(ctx, session, call.params["template"]!, { lifetime: lifetime(call) });
  return token(sealDraft(draft));
}

const token = (jwt: string) => json({ object: "token", jwt });

/** Clerk's bounds: 30 seconds to ten years. */
function lifetime(call: Call): number | undefined {
  const seconds = number(call.fields, "expires_in_seconds");
  if (seconds === undefined || (seconds >= 30 && seconds <= 315_360_000)) return seconds;
  const reason = "expires_in_seconds must be between 30 and 315360000";
  throw formError("form_param_value_invalid", "expires_in_seconds", "is invalid", reason);
}

function knownSession(ctx: IdpContext, call: Call): Session {
  const id = call.params["id"]!;
  const session = ctx.store.sessions.get(id);
  if (!session) throw sessionNotFound(id);
  return session;
}

function liveSession(ctx: IdpContext, call: Call): Session {
  const session = knownSession(ctx, call);
  if (!isActive(session, ctx.clock)) throw sessionNotFound(session.id);
  return session;
}
