/** Which browser is calling: clerk-js says so in the query, a browser on our own pages by its cookie. */
import { type Call, cookie } from "./call.ts";
import type { IdpContext } from "./context.ts";
import { ClerkError, sessionNotFound, signedOut } from "./errors.ts";
import { newId } from "./ids.ts";
import { activeSessions, clientByCookie, clientByDevBrowser, createClient, isActive } from "./store/sessions.ts";
import type { Client, Session, User } from "./store/types.ts";

/** The dev browser rides in the query of every call, since browsers refuse third-party cookies. */
export const DEV_BROWSER = "__clerk_db_jwt";
const CLIENT_COOKIE = "__client";

export function findClient(ctx: IdpContext, call: Call): Client | undefined {
  const devBrowser = call.query.get(DEV_BROWSER);
  if (devBrowser) return clientByDevBrowser(ctx.store, devBrowser);
  const secret = cookie(call.request, CLIENT_COOKIE);
  return secret === undefined ? undefined : clientByCookie(ctx.store, secret);
}

/**
 * The caller's client, made when there is none. An unknown dev browser is adopted: after a restart without state every
 * browser would be unknown, and Clerk's answer for that only makes clerk-js ask for a new one.
 */
export function ensureClient(ctx: IdpContext, call: Call): Client {
  const known = findClient(ctx, call);
  if (known) return known;
  const devBrowser = call.query.get(DEV_BROWSER);
  const client = createClient(ctx.store, ctx.clock, devBrowser || newId("dvb", ctx.clock));
  if (!devBrowser) call.setCookies.push(`${CLIENT_COOKIE}=${client.cookie}; ${clientCookieAttributes(call)}`);
  return client;
}

/** Over https the cookie may also be a partitioned third-party one; over http only pages of the same host send it. */
function clientCookieAttributes(call: Call): string {
  const year = 31_536_000;
  return call.baseUrl.startsWith("https:")
    ? `Path=/; Max-Age=${year}; HttpOnly; Secure; SameSite=None; Partitioned`
    : `Path=/; Max-Age=${year}; HttpOnly; SameSite=Lax`;
}

/** The caller's session of that id. Throws 401 for a browser that has none at all, 404 for another's or an ended one. */
export function ownSession(ctx: IdpContext, call: Call, id: string): { client: Client; session: Session } {
  const client = findClient(ctx, call);
  if (!client) throw signedOut();
  const session = ctx.store.sessions.get(id);
  if (!session || session.clientId !== client.id || !isActive(session, ctx.clock)) throw sessionNotFound(id);
  return { client, session };
}

/** The session a call outside `/client` is about: the one it names, else the last active one. Throws 401 without one. */
export function currentSession(ctx: IdpContext, call: Call): { client: Client; session: Session; user: User } {
  const client = findClient(ctx, call);
  const id = call.query.get("_clerk_session_id") || client?.lastActiveSessionId;
  if (!client || !id) throw signedOut();
  const { session } = ownSession(ctx, call, id);
  const user = ctx.store.users.get(session.userId);
  if (!user) throw signedOut();
  return { client, session, user };
}

/** Development instances hold one session per browser, unless told otherwise. */
export function refuseWhenSignedIn(ctx: IdpContext, client: Client): void {
  if (activeSessions(ctx.store, ctx.clock, client).length === 0) return;
  throw new ClerkError(
    400,
    "session_exists",
    "Session already exists",
    "You're currently in single session mode. You can only be signed into one account at a time.",
  );
}
