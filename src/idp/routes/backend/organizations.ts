/** Organisations and memberships as a server manages them. */
import type { HttpResponse } from "../../../http/message.ts";
import { type Call, type Fields, object, type Route, text } from "../../call.ts";
import type { IdpContext } from "../../context.ts";
import { formError, missingParameter, organizationNotFound, userNotFound } from "../../errors.ts";
import { mergeMetadata, replaceMetadata } from "../../metadata.ts";
import { json } from "../../reply.ts";
import { membershipJson, organizationJson } from "../../resources/organization.ts";
import {
  addMember,
  createOrganization,
  deleteOrganization,
  findMembership,
  findOrganization,
  membershipsOfOrganization,
  removeMember,
} from "../../store/organizations.ts";
import type { Membership, Organization } from "../../store/types.ts";
import { page } from "../pages.ts";

export const organizationRoutes: readonly Route[] = [
  {
    method: "GET",
    pattern: "/v1/organizations",
    handle: (ctx, call) => {
      const all = [...ctx.store.organizations.values()];
      const data = page(all, call).map((organization) => organizationJson(ctx, organization, "backend"));
      return json({ data, total_count: all.length });
    },
  },
  { method: "POST", pattern: "/v1/organizations", handle: create },
  {
    method: "GET",
    pattern: "/v1/organizations/:id",
    handle: (ctx, call) => json(organizationJson(ctx, known(ctx, call), "backend")),
  },
  { method: "PATCH", pattern: "/v1/organizations/:id", handle: update },
  {
    method: "PATCH",
    pattern: "/v1/organizations/:id/metadata",
    handle: (ctx, call) => changeMetadata(ctx, call, mergeMetadata),
  },
  {
    method: "PUT",
    pattern: "/v1/organizations/:id/metadata",
    handle: (ctx, call) => changeMetadata(ctx, call, replaceMetadata),
  },
  {
    method: "DELETE",
    pattern: "/v1/organizations/:id",
    handle: (ctx, call) => {
      const organization = known(ctx, call);
      deleteOrganization(ctx.store, organization);
      return json({ object: "organization", id: organization.id, deleted: true });
    },
  },
  {
    method: "GET",
    pattern: "/v1/organizations/:id/memberships",
    handle: (ctx, call) => {
      const all = membershipsOfOrganization(ctx.store, known(ctx, call).id);
      const data = page(all, call).map((membership) => membershipJson(ctx, membership, "backend"));
      return json({ data, total_count: all.length });
    },
  },
  { method: "POST", pattern: "/v1/organizations/:id/memberships", handle: join },
  {
    method: "PATCH",
    pattern: "/v1/organizations/:id/memberships/:user",
    handle: (ctx, call) => {
      const membership = knownMember(ctx, call);
      membership.role = text(call.fields, "role") ?? membership.role;
      membership.updatedAt = ctx.clock.now();
      ctx.store.changed();
      return json(membershipJson(ctx, membership, "backend"));
    },
  },
  {
    method: "DELETE",
    pattern: "/v1/organizations/:id/memberships/:user",
    handle: (ctx, call) => {
      const membership = knownMember(ctx, call);
      const shown = membershipJson(ctx, membership, "backend");
      removeMember(ctx.store, membership);
      return json(shown);
    },
  },
];

function create(ctx: IdpContext, call: Call): HttpResponse {
  const name = text(call.fields, "name");
  if (!name) throw missingParameter("name");
  const slug = text(call.fields, "slug");
  if (slug && findOrganization(ctx.store, slug)) throw slugTaken();
  const createdBy = text(call.fields, "created_by");
  if (createdBy && !ctx.store.users.has(createdBy)) throw userNotFound(createdBy);
  const organization = createOrganization(ctx.store, ctx.clock, {
    name,
    ...(slug ? { slug } : {}),
    ...(createdBy ? { createdBy } : {}),
    publicMetadata: object(call.fields, "public_metadata") ?? {},
    privateMetadata: object(call.fields, "private_metadata") ?? {},
  });
  return json(organizationJson(ctx, organization, "backend"));
}

function update(ctx: IdpContext, call: Call): HttpResponse {
  const organization = known(ctx, call);
  const slug = text(call.fields, "slug");
  const holder = slug ? findOrganization(ctx.store, slug) : undefined;
  if (holder && holder.id !== organization.id) throw slugTaken();
  organization.name = text(call.fields, "name") ?? organization.name;
  organization.slug = slug ?? organization.slug;
  replaceMetadata(organization, call.fields, ctx.clock.now());
  ctx.store.changed();
  return json(organizationJson(ctx, organization, "backend"));
}

type Change = (organization: Organization, fields: Fields, now: number) => void;

function changeMetadata(ctx: IdpContext, call: Call, change: Change): HttpResponse {
  const organization = known(ctx, call);
  change(organization, call.fields, ctx.clock.now());
  ctx.store.changed();
  return json(organizationJson(ctx, organization, "backend"));
}

function join(ctx: IdpContext, call: Call): HttpResponse {
  const organization = known(ctx, call);
  const userId = text(call.fields, "user_id");
  if (!userId) throw missingParameter("user_id");
  if (!ctx.store.users.has(userId)) throw userNotFound(userId);
  if (findMembership(ctx.store, userId, organization.id)) {
    throw formError("already_a_member_in_organization", "user_id", "already a member", undefined, 400);
  }
  const role = text(call.fields, "role") ?? "org:member";
  return json(membershipJson(ctx, addMember(ctx.store, ctx.clock, organization.id, userId, role), "backend"));
}

const slugTaken = () => formError("form_identifier_exists", "slug", "That slug is taken. Please try another.");

function known(ctx: IdpContext, call: Call): Organization {
  const called = call.params["id"]!;
  const organization = findOrganization(ctx.store, called);
  if (!organization) throw organizationNotFound(called);
  return organization;
}

function knownMember(ctx: IdpContext, call: Call): Membership {
  const userId = call.params["user"]!;
  const membership = findMembership(ctx.store, userId, known(ctx, call).id);
  if (!membership) throw userNotFound(userId);
  return membership;
}
