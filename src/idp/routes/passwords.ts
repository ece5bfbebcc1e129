/** The password rules that the environment announces. */
import { formError } from "../errors.ts";
import { MIN_PASSWORD_LENGTH } from "../resources/environment.ts";

/** Throws Clerk's refusal of a password that is too short. */
export function checkPassword(password: string): void {
  if (password.length >= MIN_PASSWORD_LENGTH) return;
  throw formError(
    "form_password_length_too_short",
    "password",
    `Passwords must be ${MIN_PASSWORD_LENGTH} characters or more.`,
  );
}
