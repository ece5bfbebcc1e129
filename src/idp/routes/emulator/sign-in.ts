/**
 * Signing in for people. Apps send them here (`signInUrl`, or Clerk's redirect to the account pages) with the dev browser
 * in the query; without an app it is a place to look at one's tokens.
 */
import type { HttpResponse } from "../../../http/message.ts";
import { DEV_BROWSER, ensureClient, findClient } from "../../browser.ts";
import { type Call, type Route, text } from "../../call.ts";
import { sortKeys } from "../../claims/order.ts";
import type { IdpContext } from "../../context.ts";
import { ClerkError } from "../../errors.ts";
import { activeOrganization, type Draft, draftSessionToken, draftTemplateToken, sealDraft } from "../../issue.ts";
import { type PageToken, pickPage, signedInPage } from "../../pages/sign-in.ts";
import { html, redirect } from "../../reply.ts";
import { membershipsOfUser } from "../../store/organizations.ts";
import { activeSessions, createSession, endSession } from "../../store/sessions.ts";
import { redeemTicket } from "../../store/sign-in-tokens.ts";
import type { Client, Session, User } from "../../store/types.ts";

export const signInPageRoutes: readonly Route[] = [
  { method: "GET", pattern: "/", handle: (_, call) => redirect(`/sign-in${carried(call)}`, 303) },
  { method: "GET", pattern: "/sign-in", handle: show },
  { method: "POST", pattern: "/sign-in", handle: (ctx, call) => pick(ctx, call, text(call.fields, "user") ?? "") },
  { method: "POST", pattern: "/sign-in/organization", handle: switchOrganization },
  { method: "POST", pattern: "/sign-out", handle: leave },
];

function show(ctx: IdpContext, call: Call): HttpResponse {
  const ticket = call.query.get("__clerk_ticket");
  if (ticket) return useTicket(ctx, call, ticket);
  const state = current(ctx, call);
  return html(state ? signedIn(ctx, call, state) : picking(ctx, call));
}

function useTicket(ctx: IdpContext, call: Call, ticket: string): HttpResponse {
  try {
    return pick(ctx, call, redeemTicket(ctx.store, ctx.clock, ticket));
  } catch (error) {
    if (error instanceof ClerkError) return html(picking(ctx, call, `The ${error.message}.`), 400);
    throw error;
  }
}

function pick(ctx: IdpContext, call: Call, userId: string): HttpResponse {
  const user = ctx.store.users.get(userId);
  if (!user) return html(picking(ctx, call, "That user is no longer there."), 404);
  const client = ensureClient(ctx, call);
  signOut(ctx, client);
  createSession(ctx.store, ctx.clock, client, user.id, { verified: true });
  user.lastSignInAt = ctx.clock.now();
  return redirect(appAddress(call, client) ?? `/sign-in${carried(call)}`, 303);
}

function switchOrganization(ctx: IdpContext, call: Call): HttpResponse {
  const session = current(ctx, call)?.session;
  const id = text(call.fields, "organization") || null;
  if (session) {
    session.activeOrganizationId = activeOrganization(ctx, session.userId, id)?.organization.id ?? null;
    ctx.store.changed();
  }
  return redirect(`/sign-in${carried(call)}`, 303);
}

function leave(ctx: IdpContext, call: Call): HttpResponse {
  const client = findClient(ctx, call);
  if (client) signOut(ctx, client);
  return redirect(`/sign-in${carried(call)}`, 303);
}

function signOut(ctx: IdpContext, client: Client): void {
  for (const session of activeSessions(ctx.store, ctx.clock, client))
    endSession(ctx.store, ctx.clock, session, "removed");
}

interface SignedIn {
  readonly client: Client;
  readonly session: Session;
  readonly user: User;
}

function current(ctx: IdpContext, call: Call): SignedIn | undefined {
  const client = findClient(ctx, call);
  const session = client && activeSessions(ctx.store, ctx.clock, client)[0];
  const user = session && ctx.store.users.get(session.userId);
  return user ? { client, session, user } : undefined;
}

/** The page of the app that sent the person here; the app takes over the dev browser from its address. */
function appAddress(call: Call, client: Client): string | undefined {
  const asked = call.query.get("redirect_url");
  if (!asked || !URL.canParse(asked) || !/^https?:$/.test(new URL(asked).protocol)) return undefined;
  const target = new URL(asked);
  if (client.devBrowser !== null) target.searchParams.set(DEV_BROWSER, client.devBrowser);
  return target.href;
}

/** What has to stay in the address from page to page. */
function carried(call: Call): string {
  const kept = new URLSearchParams();
  for (const name of [DEV_BROWSER, "redirect_url"]) {
    const value = call.query.get(name);
    if (value) kept.set(name, value);
  }
  return kept.size === 0 ? "" : `?${kept}`;
}

function picking(ctx: IdpContext, call: Call, problem?: string): string {
  const roles = (user: User) =>
    membershipsOfUser(ctx.store, user.id)
      .map(({ organizationId, role }) => `· ${ctx.store.organizations.get(organizationId)?.name} (${role})`)
      .join(" ");
  return pickPage([...ctx.store.users.values()], roles, carried(call), problem);
}

function signedIn(ctx: IdpContext, call: Call, { client, session, user }: SignedIn): string {
  const active = activeOrganization(ctx, user.id, session.activeOrganizationId);
  const templates = [...ctx.store.templates.values()].map(({ name, ...template }) =>
    pageToken(
      `template-${name}`,
      `Token of the template ${name}`,
      `getToken({ template: "${name}" }): what the app sends to Flux.`,
      draftTemplateToken(ctx, { name, ...template }, user, active),
    ),
  );
  const use = "getToken(): what the app sends to its own server.";
  const own = pageToken("session-token", "Session token", use, draftSessionToken(ctx, session));
  return signedInPage({
    user,
    organizations: membershipsOfUser(ctx.store, user.id).flatMap(
      ({ organizationId }) => activeOrganization(ctx, user.id, organizationId) ?? [],
    ),
    activeOrganizationId: session.activeOrganizationId,
    tokens: [...templates, own],
    instance: ctx.instance,
    query: carried(call),
    back: appAddress(call, client),
  });
}

const pageToken = (id: string, title: string, use: string, draft: Draft): PageToken => ({
  id,
  title,
  use,
  jwt: sealDraft(draft),
  claims: sortKeys(draft.claims),
});
