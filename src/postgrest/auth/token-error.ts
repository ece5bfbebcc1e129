/**
 * A token that does not hold. The message is what PostgREST prints: the error value of its JOSE library (hs-jose), as
 * Haskell shows it. Engine-internal: `authenticate.ts` turns it into `PGRST301`.
 */
import { showString } from "../haskell.ts";

export class TokenError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "TokenError";
  }
}

export const invalidPartCount = (count: number): TokenError =>
  new TokenError(`JWSError (CompactDecodeError Invalid number of parts: Expected 3 parts; got ${count})`);
export const undecodable = (reason: string): TokenError =>
  new TokenError(`JWSError (JSONDecodeError ${showString(reason)})`);
export const badClaims = (reason: string): TokenError =>
  new TokenError(`JWTClaimsSetDecodeError ${showString(reason)}`);
export const noUsableKeys = (): TokenError => new TokenError("JWSError NoUsableKeys");
export const noSignatures = (): TokenError => new TokenError("JWSError JWSNoSignatures");
export const invalidSignature = (): TokenError => new TokenError("JWSError JWSInvalidSignature");
export const expired = (): TokenError => new TokenError("JWT expired");
export const issuedInFuture = (): TokenError => new TokenError("JWTIssuedAtFuture");
export const notYetValid = (): TokenError => new TokenError("JWTNotYetValid");
export const notInAudience = (): TokenError => new TokenError("JWTNotInAudience");
