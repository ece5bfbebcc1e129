/** Tickets: made by a server, they sign one user in once. */
import type { Clock } from "../../time/clock.ts";
import { ClerkError } from "../errors.ts";
import { newId, randomText } from "../ids.ts";
import type { Store } from "./store.ts";
import type { SignInToken } from "./types.ts";

const THIRTY_DAYS = 2_592_000;

/** `lifetime` in seconds, thirty days by default. */
export function createTicket(store: Store, clock: Clock, userId: string, lifetime = THIRTY_DAYS): SignInToken {
  const now = clock.now();
  const token: SignInToken = {
    id: newId("sit", clock),
    userId,
    token: randomText(64),
    status: "pending",
    expiresAt: now + lifetime * 1000,
    createdAt: now,
    updatedAt: now,
  };
  store.signInTokens.set(token.id, token);
  store.changed();
  return token;
}

/** Uses up the ticket and returns the user's id. Throws Clerk's refusal of an unknown, used, revoked or expired one. */
export function redeemTicket(store: Store, clock: Clock, ticket: string): string {
  const token = [...store.signInTokens.values()].find((known) => known.token === ticket);
  if (!token) throw refuse("ticket_invalid_code", "ticket is invalid");
  if (token.status === "accepted") throw refuse("sign_in_token_already_used_code", "ticket has already been used");
  if (token.status === "revoked") throw refuse("sign_in_token_revoked_code", "ticket has been revoked");
  if (token.expiresAt <= clock.now()) throw refuse("ticket_expired_code", "ticket has expired");
  token.status = "accepted";
  token.updatedAt = clock.now();
  store.changed();
  return token.userId;
}

const refuse = (code: string, message: string) => new ClerkError(400, code, message);
