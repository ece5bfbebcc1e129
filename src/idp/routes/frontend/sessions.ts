/** A browser's sessions: kept alive, switched between organisations, ended, and asked for tokens. */
import type { HttpResponse } from "../../../http/message.ts";
import { ownSession } from "../../browser.ts";
import { type Call, type Route, text } from "../../call.ts";
import type { IdpContext } from "../../context.ts";
import { organizationNotFound } from "../../errors.ts";
import { activeOrganization, draftSessionTemplateToken, draftSessionToken, sealDraft } from "../../issue.ts";
import { json } from "../../reply.ts";
import { envelope } from "../../resources/client.ts";
import { frontendSessionJson } from "../../resources/session.ts";
import { findOrganization } from "../../store/organizations.ts";
import { endSession } from "../../store/sessions.ts";
import type { Session } from "../../store/types.ts";

export const sessionRoutes: readonly Route[] = [
  {
    method: "GET",
    pattern: "/v1/client/sessions/:id",
    handle: (ctx, call) => {
      const { client, session } = ownSession(ctx, call, call.params["id"]!);
      return envelope(ctx, call, client, frontendSessionJson(ctx, session, call.origin));
    },
  },
  { method: "POST", pattern: "/v1/client/sessions/:id/touch", handle: touch },
  { method: "POST", pattern: "/v1/client/sessions/:id/remove", handle: (ctx, call) => end(ctx, call, "removed") },
  { method: "POST", pattern: "/v1/client/sessions/:id/end", handle: (ctx, call) => end(ctx, call, "ended") },
  { method: "POST", pattern: "/v1/client/sessions/:id/tokens", handle: sessionToken },
  { method: "POST", pattern: "/v1/client/sessions/:id/tokens/:template", handle: templateToken },
];

/** `Clerk.setActive`: makes the session the client's active one, and perhaps another organisation the session's. */
function touch(ctx: IdpContext, call: Call): HttpResponse {
  const { client, session } = ownSession(ctx, call, call.params["id"]!);
  session.activeOrganizationId = chosenOrganization(ctx, session, text(call.fields, "active_organization_id"));
  session.lastActiveAt = ctx.clock.now();
  client.lastActiveSessionId = session.id;
  ctx.store.changed();
  return envelope(ctx, call, client, frontendSessionJson(ctx, session, call.origin));
}

/** Absent leaves the choice as it is, empty goes back to the personal account. Throws 404 for strangers. */
function chosenOrganization(ctx: IdpContext, session: Session, called: string | undefined): string | null {
  if (called === undefined) return session.activeOrganizationId;
  if (called === "") return null;
  const id = findOrganization(ctx.store, called)?.id;
  if (id === undefined || !activeOrganization(ctx, session.userId, id)) throw organizationNotFound(called);
  return id;
}

function end(ctx: IdpContext, call: Call, status: "removed" | "ended"): HttpResponse {
  const { client, session } = ownSession(ctx, call, call.params["id"]!);
  endSession(ctx.store, ctx.clock, session, status);
  return envelope(ctx, call, client, frontendSessionJson(ctx, session, call.origin));
}

/** Bare, without the envelope: clerk-js looks for `jwt` at the top. */
function sessionToken(ctx: IdpContext, call: Call): HttpResponse {
  const { session } = ownSession(ctx, call, call.params["id"]!);
  const activeOrganizationId = chosenOrganization(ctx, session, text(call.fields, "organization_id"));
  const draft = draftSessionToken(ctx, { ...session, activeOrganizationId }, { origin: call.origin });
  return json({ object: "token", jwt: sealDraft(draft) });
}

function templateToken(ctx: IdpContext, call: Call): HttpResponse {
  const { session } = ownSession(ctx, call, call.params["id"]!);
  const draft = draftSessionTemplateToken(ctx, session, call.params["template"]!, { origin: call.origin });
  return json({ object: "token", jwt: sealDraft(draft) });
}
