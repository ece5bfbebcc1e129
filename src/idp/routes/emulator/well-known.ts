/** Keys and discovery for clients that are not Clerk's: any library that verifies with a JWKS can check session tokens. */
import type { Route } from "../../call.ts";
import { json } from "../../reply.ts";

export const wellKnownRoutes: readonly Route[] = [
  { method: "GET", pattern: "/.well-known/jwks.json", handle: (ctx) => json(ctx.instance.jwks) },
  {
    method: "GET",
    pattern: "/.well-known/openid-configuration",
    // The issuer is what tokens say, not where this document was found: Clerk's SDKs insist on the former.
    handle: (ctx, call) =>
      json({
        issuer: ctx.instance.issuer,
        jwks_uri: `${call.baseUrl}/.well-known/jwks.json`,
        authorization_endpoint: `${call.baseUrl}/sign-in`,
        response_types_supported: ["token"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256"],
        claims_supported: ["sub", "iss", "exp", "iat", "nbf", "azp", "sid", "o"],
      }),
  },
];
