/** v1's static keys: tokens for a role, without user, issuer or end. */
import { type Clock, epochSeconds } from "../time/clock.ts";
import { type SigningKey, signJws } from "./jws.ts";

export type KeyRole = "anon" | "service_role";

/** Signed afresh at every call, so the text changes with `iat` while every earlier key stays valid, as on the platform. */
export function staticKey(role: KeyRole, secret: SigningKey, clock: Clock): string {
  return signJws({ alg: "HS256", typ: "JWT" }, { role, iat: epochSeconds(clock) }, secret);
}
