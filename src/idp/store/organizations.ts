/** Organisations and who belongs to them. */
import type { ProjectOrganization } from "../../project/users.ts";
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
  const now = clock.now();
  const membership: Membership = {
    id: newId("orgmem", clock),
    organizationId,
    userId,
    role,
    publicMetadata: {},
    privateMetadata: {},
    createdAt: now,
    updatedAt: now,
  };
  store.memberships.set(membership.id, membership);
  store.changed();
  return membership;
}

/** Removes the organisation and its memberships; sessions that had it active fall back to the personal account. */
export function deleteOrganization(store: Store, organization: Organization): void {
  for (const membership of membershipsOfOrganization(store, organization.id)) store.memberships.delete(membership.id);
  for (const session of store.sessions.values()) {
    if (session.activeOrganizationId === organization.id) session.activeOrganizationId = null;
  }
  store.organizations.delete(organization.id);
  store.changed();
}

/** What a users-file entry says about one organisation: the organisation is made or renamed, the membership made. */
export function setMembership(store: Store, clock: Clock, userId: string, entry: ProjectOrganization): void {
  const now = clock.now();
  const known = store.organizations.get(entry.id);
  store.organizations.set(entry.id, {
    id: entry.id,
    name: entry.name,
    slug: entry.slug,
    publicMetadata: entry.publicMetadata,
    privateMetadata: known?.privateMetadata ?? {},
    createdBy: known?.createdBy ?? userId,
    createdAt: known?.createdAt ?? now,
    updatedAt: now,
  });
  const id = idFrom("orgmem", `${entry.id} ${userId}`);
  const membership: Membership = {
    id,
    organizationId: entry.id,
    userId,
    role: entry.role,
    publicMetadata: {},
    privateMetadata: {},
    createdAt: store.memberships.get(id)?.createdAt ?? now,
    updatedAt: now,
    seeded: true,
  };
  store.memberships.set(id, membership);
  store.changed();
}
