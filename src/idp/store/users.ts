/** Users: found by anything people call them, made from the users file or at run time. */
import { createHash } from "node:crypto";
import type { ProjectUser } from "../../project/users.ts";
import type { Clock } from "../../time/clock.ts";
import { idFrom, newId } from "../ids.ts";
import { hashPassword } from "../passwords.ts";
import { applyMemberships, applyOrganizations } from "./organizations.ts";
import { endSessionsOf } from "./sessions.ts";
import type { Store } from "./store.ts";
import type { EmailAddress, User } from "./types.ts";

export function primaryEmail(user: User): EmailAddress | undefined {
  return user.emails.find((address) => address.id === user.primaryEmailId);
}

/** First and last name, or null when neither is known. */
export function fullName(user: User): string | null {
  const name = [user.firstName, user.lastName].filter(Boolean).join(" ");
  return name === "" ? null : name;
}

/** By id, handle, e-mail address or user name; the last two without regard to case, as a sign-in form does. */
export function findUser(store: Store, called: string): User | undefined {
  return store.users.get(called) ?? findByHandle(store, called) ?? findByIdentifier(store, called);
}

/** What a sign-in form accepts: an e-mail address or a user name. */
export function findByIdentifier(store: Store, identifier: string): User | undefined {
  const wanted = identifier.trim().toLowerCase();
  for (const user of store.users.values()) {
    if (user.username?.toLowerCase() === wanted) return user;
    if (user.emails.some((address) => address.email.toLowerCase() === wanted)) return user;
  }
  return undefined;
}

function findByHandle(store: Store, handle: string): User | undefined {
  for (const user of store.users.values()) if (user.handle === handle) return user;
  return undefined;
}

export interface NewUser {
  readonly emails?: readonly string[];
  readonly username?: string | null;
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  readonly externalId?: string | null;
  readonly passwordHash?: string | null;
  readonly publicMetadata?: Readonly<Record<string, unknown>>;
  readonly privateMetadata?: Readonly<Record<string, unknown>>;
  readonly unsafeMetadata?: Readonly<Record<string, unknown>>;
}

/** A user made at run time, by a sign-up or the Backend API. Whether the names are free is the caller's question. */
export function createUser(store: Store, clock: Clock, given: NewUser): User {
  const now = clock.now();
  const emails = (given.emails ?? []).map((email) => ({ id: newId("idn", clock), email, verified: true }));
  const user: User = {
    id: newId("user", clock),
    username: given.username ?? null,
    firstName: given.firstName ?? null,
    lastName: given.lastName ?? null,
    externalId: given.externalId ?? null,
    emails,
    primaryEmailId: emails[0]?.id ?? null,
    passwordHash: given.passwordHash ?? null,
    publicMetadata: given.publicMetadata ?? {},
    privateMetadata: given.privateMetadata ?? {},
    unsafeMetadata: given.unsafeMetadata ?? {},
    createdAt: now,
    updatedAt: now,
    lastSignInAt: null,
  };
  store.users.set(user.id, user);
  store.changed();
  return user;
}

/** Removes the user, the memberships and the sign-in tokens, and ends the sessions. */
export function deleteUser(store: Store, clock: Clock, user: User): void {
  endSessionsOf(store, clock, user.id);
  for (const membership of store.memberships.values()) {
    if (membership.userId === user.id) store.memberships.delete(membership.id);
  }
  for (const token of store.signInTokens.values()) {
    if (token.userId === user.id) store.signInTokens.delete(token.id);
  }
  store.users.delete(user.id);
  store.changed();
}

/**
 * Makes the users of the file, changed ones anew, and removes those that are gone from it. An entry that did not change
 * keeps what happened to its user at run time (metadata set by the app, say); users made at run time stay.
 */
export function applyUsersFile(store: Store, clock: Clock, entries: readonly ProjectUser[]): void {
  const listed = new Set(entries.map((entry) => entry.id));
  for (const user of store.users.values()) {
    if (user.seed !== undefined && !listed.has(user.id)) deleteUser(store, clock, user);
  }
  applyOrganizations(store, clock, entries);
  for (const entry of entries) {
    const seed = createHash("sha256").update(JSON.stringify(entry)).digest("base64url");
    const known = store.users.get(entry.id);
    if (known?.seed === seed) continue;
    releaseIdentifiers(store, clock, entry);
    store.users.set(entry.id, fromEntry(entry, seed, clock, known));
    applyMemberships(store, clock, entry);
    store.changed();
  }
}

/** The file wins: a user made at run time under the same address or name gives way, or sign-in would pick by chance. */
function releaseIdentifiers(store: Store, clock: Clock, entry: ProjectUser): void {
  for (const identifier of [entry.email, entry.username]) {
    const holder = identifier === undefined ? undefined : findByIdentifier(store, identifier);
    if (holder && holder.id !== entry.id && holder.seed === undefined) deleteUser(store, clock, holder);
  }
}

function fromEntry(entry: ProjectUser, seed: string, clock: Clock, known: User | undefined): User {
  const now = clock.now();
  const email = { id: idFrom("idn", `${entry.id} ${entry.email}`), email: entry.email, verified: true };
  return {
    id: entry.id,
    handle: entry.name,
    username: entry.username ?? null,
    firstName: entry.firstName ?? null,
    lastName: entry.lastName ?? null,
    externalId: entry.externalId ?? null,
    emails: [email],
    primaryEmailId: email.id,
    passwordHash: entry.password === undefined ? null : hashPassword(entry.password),
    publicMetadata: entry.publicMetadata,
    privateMetadata: entry.privateMetadata,
    unsafeMetadata: entry.unsafeMetadata,
    createdAt: known?.createdAt ?? now,
    updatedAt: now,
    lastSignInAt: known?.lastSignInAt ?? null,
    seed,
  };
}
