/**
 * What clerk-js asks first: how this instance is set up. Every object is either whole or absent; clerk-js throws on
 * half ones (an empty `commerce_settings`, say), and has good defaults for absent ones.
 */

import { NO_IMAGE } from "../claims/scope.ts";
import type { IdpContext } from "../context.ts";

/** `url`: where the browser reaches us, for the page people sign in on. */
export function environmentJson(ctx: IdpContext, url: string) {
  return {
    auth_config: {
      object: "auth_config",
      id: ctx.instance.id,
      single_session_mode: true,
      claimed_at: null,
      reverification: false,
      preferred_channels: null,
    },
    display_config: displayConfig(ctx, url),
    user_settings: userSettings(ctx),
    organization_settings: {
      enabled: true,
      max_allowed_memberships: 0,
      force_organization_selection: false,
      actions: { admin_delete: true },
      domains: { enabled: false, enrollment_modes: [], default_role: null },
      slug: { disabled: false },
      organization_creation_defaults: { enabled: false },
    },
    maintenance_mode: false,
  };
}

function displayConfig(ctx: IdpContext, url: string) {
  return {
    object: "display_config",
    id: ctx.instance.id,
    instance_environment_type: "development",
    application_name: "flux-dev",
    theme: { general: {}, buttons: {}, accounts: {} },
    preferred_sign_in_strategy: "password",
    logo_image_url: "",
    favicon_image_url: "",
    default_user_profile_image_url: NO_IMAGE,
    home_url: "",
    sign_in_url: `${url}/sign-in`,
    sign_up_url: `${url}/sign-in`,
    user_profile_url: `${url}/sign-in`,
    after_sign_in_url: "",
    after_sign_up_url: "",
    after_sign_out_one_url: "",
    after_sign_out_all_url: "",
    after_switch_session_url: "",
    organization_profile_url: "",
    create_organization_url: "",
    after_leave_organization_url: "",
    after_create_organization_url: "",
    waitlist_url: "",
    after_join_waitlist_url: "",
    support_email: "",
    terms_url: "",
    privacy_policy_url: "",
    branded: false,
    show_devmode_warning: false,
    captcha_public_key: null,
    captcha_public_key_invisible: null,
    captcha_widget_type: null,
    captcha_provider: "turnstile",
    captcha_oauth_bypass: [],
  };
}

function userSettings(ctx: IdpContext) {
  const off = attribute({ enabled: false });
  // A user name field is shown only where the users file gives somebody one.
  const usernames = [...ctx.store.users.values()].some((user) => user.username !== null);
  return {
    attributes: {
      email_address: attribute({ enabled: true, required: true, identifies: true, strategies: ["email_code"] }),
      password: attribute({ enabled: true, required: true }),
      username: attribute({ enabled: usernames, identifies: usernames }),
      first_name: attribute({ enabled: true }),
      last_name: attribute({ enabled: true }),
      phone_number: off,
      web3_wallet: off,
      authenticator_app: off,
      backup_code: off,
      passkey: off,
    },
    social: {},
    enterprise_sso: { enabled: false, self_serve_sso: false },
    sign_in: { second_factor: { required: false } },
    sign_up: {
      captcha_enabled: false,
      captcha_widget_type: null,
      custom_action_required: false,
      progressive: true,
      mode: "public",
      legal_consent_enabled: false,
    },
    actions: { delete_self: true, create_organization: true },
    password_settings: {
      disable_hibp: true,
      min_length: MIN_PASSWORD_LENGTH,
      max_length: 72,
      require_special_char: false,
      require_numbers: false,
      require_uppercase: false,
      require_lowercase: false,
      show_zxcvbn: false,
      min_zxcvbn_strength: 0,
      enforce_hibp_on_sign_in: false,
      allowed_special_characters: "",
    },
    passkey_settings: { allow_autofill: false, show_sign_in_button: false },
    username_settings: { min_length: 4, max_length: 64 },
  };
}

export const MIN_PASSWORD_LENGTH = 8;

interface AttributeOptions {
  readonly enabled: boolean;
  readonly required?: boolean;
  readonly identifies?: boolean;
  readonly strategies?: readonly string[];
}

function attribute({ enabled, required = false, identifies = false, strategies = [] }: AttributeOptions) {
  return {
    enabled,
    required,
    verifications: strategies,
    used_for_first_factor: identifies,
    first_factors: strategies,
    used_for_second_factor: false,
    second_factors: [],
    verify_at_sign_up: strategies.length > 0,
  };
}
