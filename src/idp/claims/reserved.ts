/** Claims that Clerk sets by itself; saving a template that names one is refused (`jwt_template_reserved_claim`). */
const RESERVED = new Set(["azp", "exp", "fea", "fva", "iat", "iss", "jti", "nbf", "sid", "sub", "v"]);

/** The first reserved name among a template's claims, or undefined. `aud`, `role`, `email`, `org_id` are free. */
export function reservedClaim(claims: Readonly<Record<string, unknown>>): string | undefined {
  return Object.keys(claims).find((name) => RESERVED.has(name));
}
