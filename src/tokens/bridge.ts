/** The token the v2 gateway makes for PostgREST: who the tenant is, who the user is, and nothing else the app sent. */
import { rememberFor } from "../cache/remember.ts";
import { type Clock, epochSeconds } from "../time/clock.ts";
import { type SigningKey, signJws } from "./jws.ts";
import type { ProjectClaims } from "./project-token.ts";

declare const bridged: unique symbol;

export interface BridgeClaims {
  readonly [bridged]: true;
  readonly role: string;
  readonly tenant_id: string;
  readonly sub: string;
  readonly email?: string;
  readonly iat: number;
  readonly nbf: number;
  readonly exp: number;
}

/** Seconds. Fixed: neither the app token's `exp` nor `FLUX_GATEWAY_JWT_TTL_SEC` changes it on the platform. */
const LIFETIME = 300;
const BACKDATED = 5;

/** `role` is the tenant's runtime role, whatever role the app's token names. */
export function bridgeClaims(
  from: ProjectClaims,
  tenant: { readonly id: string; readonly role: string },
  clock: Clock,
): BridgeClaims {
  const iat = epochSeconds(clock);
  return {
    role: tenant.role,
    tenant_id: tenant.id,
    sub: from.sub,
    ...(from.email === undefined ? {} : { email: from.email }),
    iat,
    nbf: iat - BACKDATED,
    exp: iat + LIFETIME,
  } as BridgeClaims;
}

/** Signs with header `{"alg":"HS256"}`, without `typ`, as the platform writes it. */
export const bridgeSigner = (poolSecret: SigningKey): ((claims: BridgeClaims) => string) =>
  rememberFor((claims) => signJws({ alg: "HS256" }, JSON.stringify(claims), poolSecret));

/** Names of the claims that the app sent and the bridge token does not carry on. */
export function droppedClaims(from: ProjectClaims): string[] {
  const carried = new Set(["sub", "iat", "nbf", "exp", ...(from.email === undefined ? [] : ["email"])]);
  return Object.keys(from.sent).filter((name) => !carried.has(name));
}
