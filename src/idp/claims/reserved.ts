import { RESERVED_CLAIMS } from "../../project/config-schema.ts";

/** The first reserved name among a template's claims, or undefined. `aud`, `role`, `email`, `org_id` are free. */
export function reservedClaim(claims: Readonly<Record<string, unknown>>): string | undefined {
  return RESERVED_CLAIMS.find((name) => Object.hasOwn(claims, name));
}
