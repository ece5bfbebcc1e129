/** The values that shortcodes can name. Private metadata is not among them, as in Clerk. */

import type { Membership, Organization, User } from "../store/types.ts";
import { fullName, primaryEmail } from "../store/users.ts";
import { permissionsOf } from "./permissions.ts";
import type { ShortcodeScope } from "./shortcodes.ts";

/** Placeholder of the shape Clerk serves; nobody here draws pictures. */
export const NO_IMAGE = "https://img.clerk.com/preview.png";

export interface ScopeInput {
  readonly user: User;
  /** Of the user, with their organisations, for `user.organizations`. */
  readonly memberships: readonly Membership[];
  /** The session's active organisation, if any: `org` and `org_membership` are empty without one. */
  readonly active: { readonly organization: Organization; readonly membership: Membership } | undefined;
}

export function shortcodeScope({ user, memberships, active }: ScopeInput): ShortcodeScope {
  const email = primaryEmail(user);
  return {
    user: {
      id: user.id,
      external_id: user.externalId,
      first_name: user.firstName,
      last_name: user.lastName,
      full_name: fullName(user),
      username: user.username,
      image_url: NO_IMAGE,
      has_image: false,
      // Clerk's documentation shows numbers the size of seconds here, although its API objects carry milliseconds.
      created_at: Math.floor(user.createdAt / 1000),
      updated_at: Math.floor(user.updatedAt / 1000),
      primary_email_address: email?.email ?? null,
      primary_phone_number: null,
      primary_web3_wallet: null,
      email_verified: email?.verified ?? false,
      phone_number_verified: false,
      two_factor_enabled: false,
      public_metadata: user.publicMetadata,
      unsafe_metadata: user.unsafeMetadata,
      organizations: Object.fromEntries(memberships.map(({ organizationId, role }) => [organizationId, role])),
    },
    org: active
      ? {
          id: active.organization.id,
          name: active.organization.name,
          slug: active.organization.slug,
          role: active.membership.role,
          image_url: NO_IMAGE,
          has_image: false,
          public_metadata: active.organization.publicMetadata,
        }
      : {},
    org_membership: active
      ? {
          role: active.membership.role,
          permissions: permissionsOf(active.membership.role),
          public_metadata: active.membership.publicMetadata,
        }
      : {},
    session: { actor: null, reverification_id: null },
  };
}
