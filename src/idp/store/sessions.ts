/** Sessions and the clients (browsers) that hold them. */
import type { Clock } from "../../time/clock.ts";
import { newId, randomText } from "../ids.ts";
import type { Store } from "./store.ts";
import type { Client, Session, SessionStatus } from "./types.ts";

const DAY = 86_400_000;
/** Clerk's defaults: a session lasts seven days; one that was left open can be abandoned after thirty. */
const SESSION_LIFETIME = 7 * DAY;
const SESSION_ABANDON = 30 * DAY;

export function createClient(store: Store, clock: Clock, devBrowser: string | null): Client {
  const now = clock.now();
  const client: Client = {
    id: newId("client", clock),
    devBrowser,
    cookie: randomText(48),
    lastActiveSessionId: null,
    signInId: null,
    signUpId: null,
    createdAt: now,
    updatedAt: now,
  };
  store.clients.set(client.id, client);
  store.changed();
  return client;
}

export function clientByDevBrowser(store: Store, devBrowser: string): Client | undefined {
  for (const client of store.clients.values()) if (client.devBrowser === devBrowser) return client;
  return undefined;
}

export function clientByCookie(store: Store, cookie: string): Client | undefined {
  for (const client of store.clients.values()) if (client.cookie === cookie) return client;
  return undefined;
}

/** A live session in that client. `verified`: a person proved a factor, as opposed to a server that asked. */
export function createSession(
  store: Store,
  clock: Clock,
  client: Client,
  userId: string,
  options: { verified: boolean },
): Session {
  const now = clock.now();
  const session: Session = {
    id: newId("sess", clock),
    userId,
    clientId: client.id,
    status: "active",
    verifiedAt: options.verified ? now : null,
    activeOrganizationId: null,
    lastActiveAt: now,
    expireAt: now + SESSION_LIFETIME,
    abandonAt: now + SESSION_ABANDON,
    createdAt: now,
    updatedAt: now,
  };
  store.sessions.set(session.id, session);
  client.lastActiveSessionId = session.id;
  // Before any token of the session is minted: servers distrust a token issued before the client's last change.
  client.updatedAt = now;
  store.changed();
  return session;
}

export function isActive(session: Session, clock: Clock): boolean {
  return session.status === "active" && session.expireAt > clock.now();
}

export function activeSessions(store: Store, clock: Clock, client: Client): Session[] {
  return [...store.sessions.values()].filter((session) => session.clientId === client.id && isActive(session, clock));
}

export function endSession(store: Store, clock: Clock, session: Session, status: Exclude<SessionStatus, "active">) {
  const now = clock.now();
  session.status = status;
  session.updatedAt = now;
  const client = store.clients.get(session.clientId);
  if (client) {
    client.updatedAt = now;
    if (client.lastActiveSessionId === session.id) {
      client.lastActiveSessionId = activeSessions(store, clock, client)[0]?.id ?? null;
    }
  }
  store.changed();
}

export function endSessionsOf(store: Store, clock: Clock, userId: string): void {
  for (const session of store.sessions.values()) {
    if (session.userId === userId && session.status === "active") endSession(store, clock, session, "removed");
  }
}
