/** Organisations and who belongs to them. */
import type { ProjectUser } from "../../project/users.ts";
import type { Clock } from "../../time/clock.ts";
import { idFrom, newId } from "../ids.ts";
import type { Store } from "./store.ts";
import type { Membership, Metadata, Organization } from "./types.ts";

/** By id or slug. */
export function findOrganization(store: Store, called: string): Organization | undefined {
  const byId = store.organizations.get(called);
  if (byId) return byId;
  for (const organization of store.organizations.values()) if (organization.slug === called) return organization;
  return undefined;
}

export function membershipsOfUser(store: Store, userId: string): Membership[] {
  return [...store.memberships.values()].filter((membership) => membership.userId === userId);
}

export function membershipsOfOrganization(store: Store, organizationId: string): Membership[] {
  return [...store.memberships.values()].filter((membership) => membership.organizationId === organizationId);
}

export function findMembership(store: Store, userId: string, organizationId: string): Membership | undefined {
  return membershipsOfUser(store, userId).find((membership) => membership.organizationId === organizationId);
}

export function createOrganization(
  store: Store,
  clock: Clock,
  given: { name: string; slug?: string; createdBy?: string; publicMetadata?: Metadata; privateMetadata?: Metadata },
): Organization {
  const now = clock.now();
  const slug = given.slug ?? given.name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const organization: Organization = {
    id: newId("org", clock),
    name: given.name,
    slug,
    publicMetadata: given.publicMetadata ?? {},
    privateMetadata: given.privateMetadata ?? {},
    createdBy: given.createdBy ?? null,
    createdAt: now,
    updatedAt: now,
  };
  store.organizations.set(organization.id, organization);
  if (given.createdBy !== undefined) addMember(store, clock, organization.id, given.createdBy, "org:admin");
  store.changed();
  return organization;
}

export function addMember(
  store: Store,
  clock: Clock,
  organizationId: string,
  userId: string,
  role: string,
): Membership {
  const membership = newMembership(clock, { id: newId("orgmem", clock), organizationId, userId, role });
  store.memberships.set(membership.id, membership);
  store.changed();
  return membership;
}

function newMembership(clock: Clock, given: Pick<Membership, "id" | "organizationId" | "userId" | "role">): Membership {
  const now = clock.now();
  return { ...given, publicMetadata: {}, privateMetadata: {}, createdAt: now, updatedAt: now };
}

/** Takes the user out; sessions of theirs that had the organisation active fall back to the personal account. */
export function removeMember(store: Store, { id, userId, organizationId }: Membership): void {
  store.memberships.delete(id);
  for (const session of store.sessions.values()) {
    if (session.userId === userId && session.activeOrganizationId === organizationId)
      session.activeOrganizationId = null;
  }
  store.changed();
}

/** Removes the organisation and its memberships; sessions that had it active fall back to the personal account. */
export function deleteOrganization(store: Store, organization: Organization): void {
  for (const membership of membershipsOfOrganization(store, organization.id)) removeMember(store, membership);
  store.organizations.delete(organization.id);
  store.changed();
}

/**
 * The organisations that the users file mentions. Each user who belongs to one mentions it, usually only by slug, so what
 * is known of it is gathered from all mentions.
 */
export function applyOrganizations(store: Store, clock: Clock, users: readonly ProjectUser[]): void {
  const now = clock.now();
  for (const user of users) {
    for (const { id, slug, name, publicMetadata } of user.organizations) {
      const mentions = users.flatMap((other) => other.organizations.filter((organization) => organization.id === id));
      const known = store.organizations.get(id);
      store.organizations.set(id, {
        id,
        slug,
        name: mentions.find((mention) => mention.name !== mention.slug)?.name ?? name,
        publicMetadata: Object.assign({}, ...mentions.map((mention) => mention.publicMetadata), publicMetadata),
        privateMetadata: known?.privateMetadata ?? {},
        createdBy: known?.createdBy ?? user.id,
        createdAt: known?.createdAt ?? now,
        updatedAt: now,
      });
    }
  }
}

/** The memberships of one users-file entry, in place of those it had before. */
export function applyMemberships(store: Store, clock: Clock, user: ProjectUser): void {
  for (const membership of membershipsOfUser(store, user.id)) {
    const stays = user.organizations.some((organization) => organization.id === membership.organizationId);
    if (membership.seeded && !stays) removeMember(store, membership);
  }
  for (const { id: organizationId, role } of user.organizations) {
    const id = idFrom("orgmem", `${organizationId} ${user.id}`);
    const known = store.memberships.get(id) ?? newMembership(clock, { id, organizationId, userId: user.id, role });
    store.memberships.set(id, { ...known, role, updatedAt: clock.now(), seeded: true });
  }
}
