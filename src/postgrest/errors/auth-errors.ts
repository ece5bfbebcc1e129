/** `PGRST3xx`: the token, or that there is none. */
import { showString } from "../haskell.ts";
import { PgrstError } from "./pgrst-error.ts";

const withoutDetails = (code: string, message: string) => ({ code, message, details: null, hint: null });

/** PGRST300: a token came, but no secret is configured to check it with. */
export const jwtSecretMissing = (): PgrstError =>
  new PgrstError(500, withoutDetails("PGRST300", "Server lacks JWT secret"));

/** PGRST301; the message goes into `WWW-Authenticate` too, quoted as Haskell quotes. */
export const jwtInvalid = (message: string): PgrstError =>
  new PgrstError(401, withoutDetails("PGRST301", message), {
    headers: [["WWW-Authenticate", `Bearer error="invalid_token", error_description=${showString(message)}`]],
  });

/** PGRST302: no token, and no role for anonymous requests. */
export const jwtRequired = (): PgrstError =>
  new PgrstError(401, withoutDetails("PGRST302", "Anonymous access is disabled"), {
    headers: [["WWW-Authenticate", "Bearer"]],
  });
