/** Organisations and memberships as both APIs show them. */
import { permissionsOf, roleName } from "../claims/permissions.ts";
import { NO_IMAGE } from "../claims/scope.ts";
import type { IdpContext } from "../context.ts";
import { membershipsOfOrganization } from "../store/organizations.ts";
import type { Membership, Organization } from "../store/types.ts";
import { publicUserData } from "./user.ts";

/** Which API asks: private metadata is for servers only. */
export type Audience = "frontend" | "backend";

export function organizationJson(ctx: IdpContext, organization: Organization, audience: Audience) {
  return {
    object: "organization",
    id: organization.id,
    name: organization.name,
    slug: organization.slug,
    image_url: NO_IMAGE,
    has_image: false,
    members_count: membershipsOfOrganization(ctx.store, organization.id).length,
    pending_invitations_count: 0,
    max_allowed_memberships: 0,
    admin_delete_enabled: true,
    public_metadata: organization.publicMetadata,
    ...(audience === "backend" ? { private_metadata: organization.privateMetadata } : {}),
    created_by: organization.createdBy,
    created_at: organization.createdAt,
    updated_at: organization.updatedAt,
  };
}

export function membershipJson(ctx: IdpContext, membership: Membership, audience: Audience) {
  const organization = ctx.store.organizations.get(membership.organizationId);
  const user = ctx.store.users.get(membership.userId);
  return {
    object: "organization_membership",
    id: membership.id,
    role: membership.role,
    role_name: roleName(membership.role),
    permissions: permissionsOf(membership.role),
    public_metadata: membership.publicMetadata,
    ...(audience === "backend" ? { private_metadata: membership.privateMetadata } : {}),
    organization: organization ? organizationJson(ctx, organization, audience) : null,
    public_user_data: user ? publicUserData(user) : null,
    created_at: membership.createdAt,
    updated_at: membership.updatedAt,
  };
}
