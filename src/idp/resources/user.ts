/** Users as both APIs show them. */
import { NO_IMAGE } from "../claims/scope.ts";
import type { IdpContext } from "../context.ts";
import type { EmailAddress, User } from "../store/types.ts";
import { primaryEmail } from "../store/users.ts";
import { verificationJson } from "./verification.ts";

/** The user without private metadata and memberships. */
function commonJson(user: User) {
  return {
    object: "user",
    id: user.id,
    external_id: user.externalId,
    username: user.username,
    first_name: user.firstName,
    last_name: user.lastName,
    image_url: NO_IMAGE,
    has_image: false,
    primary_email_address_id: user.primaryEmailId,
    primary_phone_number_id: null,
    primary_web3_wallet_id: null,
    email_addresses: user.emails.map((address) => emailJson(address, user)),
    phone_numbers: [],
    web3_wallets: [],
    external_accounts: [],
    enterprise_accounts: [],
    saml_accounts: [],
    passkeys: [],
    password_enabled: user.passwordHash !== null,
    two_factor_enabled: false,
    totp_enabled: false,
    backup_code_enabled: false,
    public_metadata: user.publicMetadata,
    unsafe_metadata: user.unsafeMetadata,
    last_sign_in_at: user.lastSignInAt,
    create_organization_enabled: true,
    create_organizations_limit: null,
    delete_self_enabled: true,
    legal_accepted_at: null,
    locale: null,
    timezone: null,
    created_at: user.createdAt,
    updated_at: user.updatedAt,
  };
}

export function frontendUserJson(user: User, memberships: readonly unknown[]) {
  return { ...commonJson(user), profile_image_id: "", organization_memberships: memberships };
}

export function backendUserJson(ctx: IdpContext, user: User) {
  return {
    ...commonJson(user),
    private_metadata: user.privateMetadata,
    password_last_updated_at: null,
    mfa_enabled_at: null,
    mfa_disabled_at: null,
    banned: false,
    locked: false,
    deprovisioned: false,
    lockout_expires_in_seconds: null,
    verification_attempts_remaining: 100,
    last_active_at: lastActive(ctx, user),
  };
}

/** What other people may see: members of one's organisation, the user button. */
export function publicUserData(user: User) {
  return {
    user_id: user.id,
    first_name: user.firstName,
    last_name: user.lastName,
    image_url: NO_IMAGE,
    has_image: false,
    identifier: primaryEmail(user)?.email ?? user.username ?? user.id,
    username: user.username,
  };
}

/** `linked_to` must be there: @clerk/backend throws without it. */
function emailJson(address: EmailAddress, user: User) {
  return {
    object: "email_address",
    id: address.id,
    email_address: address.email,
    reserved: false,
    verification: verificationJson("email_code", address.verified),
    linked_to: [],
    matches_sso_connection: false,
    created_at: user.createdAt,
    updated_at: user.updatedAt,
  };
}

function lastActive(ctx: IdpContext, user: User): number | null {
  const times = [...ctx.store.sessions.values()]
    .filter((session) => session.userId === user.id)
    .map((session) => session.lastActiveAt);
  return times.length === 0 ? null : Math.max(...times);
}
