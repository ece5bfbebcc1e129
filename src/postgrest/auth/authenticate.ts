/** The auth phase: from the `Authorization` header to a role and its claims. */
import { BoundedMap } from "../../cache/bounded-map.ts";
import { type HeaderList, header } from "../../http/message.ts";
import { type Clock, epochSeconds } from "../../time/clock.ts";
import type { EngineConfig } from "../config/types.ts";
import { jwtInvalid, jwtRequired, jwtSecretMissing } from "../errors/catalogue.ts";
import { bearerToken } from "./bearer.ts";
import { type Claims, checkClaims, readClaims } from "./claims.ts";
import { encodeClaims } from "./claims-json.ts";
import { decodeCompact } from "./compact.ts";
import { type VerificationKey, verificationKeys } from "./keys.ts";
import { roleClaim } from "./role.ts";
import { verifySignature } from "./signature.ts";
import { invalidSignature, noSignatures, noUsableKeys, TokenError } from "./token-error.ts";
import type { AuthResult } from "./types.ts";

/** @throws PgrstError: PGRST300 (no secret), PGRST301 (token does not hold), PGRST302 (no anonymous role) */
export type Authenticate = (headers: HeaderList) => AuthResult;

interface Verified {
  readonly claims: Claims;
  /** null: the token names no role, and there is no anonymous one to fall back to. */
  readonly result: AuthResult | null;
}

/**
 * Verified tokens that are remembered, by the field they came in. What a signature says cannot change, and the clock is asked
 * every time, so a cached token expires to the second.
 */
const CACHE_LIMIT = 1000;

/** An authenticator for one configuration; a reload makes a new one, and with it an empty cache. */
export function createAuthenticator(config: EngineConfig, clock: Clock): Authenticate {
  const keys = config.jwtSecret === null ? null : verificationKeys(config.jwtSecret, config.jwtSecretIsBase64);
  const cache = new BoundedMap<string, Verified>(CACHE_LIMIT);
  const anonymous = config.dbAnonRole === null ? null : toResult({}, {}, config.dbAnonRole, config);

  /** null where the field holds no token. */
  const verifiedIn = (field: string): Verified | null => {
    const known = cache.get(field);
    if (known !== undefined) return known;
    const token = bearerToken(field);
    if (token === "") return null;
    if (keys === null) throw jwtSecretMissing();
    const verified = verify(token, keys, config);
    cache.set(field, verified);
    return verified;
  };

  return (headers) => {
    try {
      const verified = verifiedIn(header(headers, "authorization") ?? "");
      if (verified !== null) checkClaims(verified.claims, epochSeconds(clock), config.jwtAudience);
      const result = verified === null ? anonymous : verified.result;
      if (result === null) throw jwtRequired();
      return result;
    } catch (error) {
      if (error instanceof TokenError) throw jwtInvalid(error.message);
      throw error;
    }
  };
}

function verify(token: string, keys: readonly VerificationKey[], config: EngineConfig): Verified {
  const compact = decodeCompact(token);
  // The library reads the claims before it looks at the signature, so that broken claims are what a forger hears of.
  const claims = readClaims(compact.payload);
  if (compact.algorithm === "none") throw noSignatures();
  if (keys.length === 0) throw noUsableKeys();
  if (!keys.some((key) => verifySignature(compact, key))) throw invalidSignature();
  const role = roleClaim(claims.exact, config.jwtRoleClaimKey) ?? config.dbAnonRole;
  return { claims, result: role === null ? null : toResult(claims.values, claims.exact, role, config) };
}

function toResult(
  values: Readonly<Record<string, unknown>>,
  exact: Readonly<Record<string, unknown>>,
  role: string,
  config: EngineConfig,
): AuthResult {
  return {
    role,
    claims: { ...values, role },
    claimsJson: encodeClaims({ ...exact, role }),
    authenticated: role !== config.dbAnonRole,
  };
}
