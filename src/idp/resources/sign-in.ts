/** Sign-in and sign-up attempts as clerk-js reads them. */
import type { IdpContext } from "../context.ts";
import type { SignIn, SignUp, User } from "../store/types.ts";
import { publicUserData } from "./user.ts";
import { verificationJson } from "./verification.ts";

export function signInJson(ctx: IdpContext, signIn: SignIn) {
  const user = signIn.userId === null ? undefined : ctx.store.users.get(signIn.userId);
  return {
    object: "sign_in_attempt",
    id: signIn.id,
    status: signIn.status,
    supported_identifiers: ["email_address", "username"],
    supported_first_factors: signIn.status === "needs_first_factor" && user ? firstFactors(user) : [],
    supported_second_factors: null,
    first_factor_verification: signIn.strategy === null ? null : verificationJson(signIn.strategy, signIn.verified),
    second_factor_verification: null,
    identifier: signIn.identifier,
    user_data: user ? publicUserData(user) : null,
    created_session_id: signIn.createdSessionId,
    abandon_at: signIn.createdAt + ABANDON_AFTER,
  };
}

/** Clerk gives a person a day to finish. */
const ABANDON_AFTER = 86_400_000;

/** Every address can be asked for a code; a password only when there is one. */
function firstFactors(user: User) {
  const codes = user.emails.map((address) => ({
    strategy: "email_code",
    email_address_id: address.id,
    safe_identifier: address.email,
    primary: address.id === user.primaryEmailId,
  }));
  return user.passwordHash === null ? codes : [{ strategy: "password" }, ...codes];
}

export function signUpJson(signUp: SignUp) {
  const missing = missingFields(signUp);
  const unverified = signUp.email !== null && !signUp.verified ? ["email_address"] : [];
  return {
    object: "sign_up_attempt",
    id: signUp.id,
    status: signUp.createdUserId === null ? "missing_requirements" : "complete",
    required_fields: ["email_address", "password"],
    optional_fields: ["username", "first_name", "last_name"],
    missing_fields: missing,
    unverified_fields: unverified,
    verifications: {
      email_address:
        signUp.email === null
          ? null
          : {
              ...verificationJson("email_code", signUp.verified),
              next_action: signUp.verified ? "" : signUp.prepared ? "needs_attempt" : "needs_prepare",
              supported_strategies: ["email_code"],
            },
      phone_number: null,
      web3_wallet: null,
      external_account: null,
    },
    username: signUp.username,
    email_address: signUp.email,
    phone_number: null,
    web3_wallet: null,
    has_password: signUp.passwordHash !== null,
    first_name: signUp.firstName,
    last_name: signUp.lastName,
    unsafe_metadata: signUp.unsafeMetadata,
    external_account: null,
    external_account_strategy: null,
    locale: null,
    timezone: null,
    legal_accepted_at: null,
    created_session_id: signUp.createdSessionId,
    created_user_id: signUp.createdUserId,
    abandon_at: signUp.createdAt + ABANDON_AFTER,
  };
}

/** What a person still has to give before an account can be made. */
export function missingFields(signUp: SignUp): string[] {
  return [...(signUp.email === null ? ["email_address"] : []), ...(signUp.passwordHash === null ? ["password"] : [])];
}
