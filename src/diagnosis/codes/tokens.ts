import { type CodeEntry, documents } from "./entry.ts";

/** The token: refused by the v2 gateway, or by v1's PostgREST. */
export const tokenCodes = {
  "token.missing": {
    title: "There is no Authorization header",
    explanation:
      "The v2 gateway wants Authorization: Bearer on every request. The apikey header, cookies and query parameters are not looked at.",
    documentation: documents.auth,
  },
  "token.preflight": {
    title: "A browser's preflight was refused",
    explanation:
      "Browsers send no Authorization header with a preflight, and nobody on v2 answers preflights. The browser reports a CORS error; the real request is never sent.",
    documentation: documents.preflight,
  },
  "token.scheme": {
    title: "The Authorization header is not of the form Bearer <token>",
    explanation: "The scheme must be Bearer, in any case, followed by one space.",
    documentation: documents.auth,
  },
  "token.empty": {
    title: "The Authorization header carries no token",
    explanation: "Usually a variable that is undefined or empty where the header is built.",
    documentation: documents.auth,
  },
  "token.malformed": {
    title: "The token is not a JSON Web Token",
    explanation: "A token is three base64url parts joined by dots, the first two of which are JSON.",
    documentation: documents.jws,
  },
  "token.critical": {
    title: "The token demands an extension that nobody here knows",
    explanation: "A header `crit` names extensions that a verifier must understand or refuse.",
    documentation: documents.jws,
  },
  "token.algorithm": {
    title: "The token is not signed with HS256",
    explanation: "Only HMAC with SHA-256 under the project's secret is accepted.",
    documentation: documents.jws,
  },
  "token.session-token": {
    title: "This is the identity provider's session token, not the one for the project",
    explanation:
      "Clerk's getToken() gives a session token signed with RS256. The project needs the token of the JWT template that is signed with HS256 under the project's secret.",
    documentation: documents.jws,
  },
  "token.signature": {
    title: "The signature was not made with the project's secret",
    explanation: "Another secret, a secret that was replaced, or claims changed after signing.",
    documentation: documents.jws,
  },
  "token.other-secret": {
    title: "The token is signed with a secret that belongs elsewhere",
    explanation: "Another project, the other mode or the pool has its own secret; tokens are not interchangeable.",
    documentation: documents.jws,
  },
  "token.base64-secret": {
    title: "The token is signed with the base64-decoded secret",
    explanation: "The secret looks like base64, but its text itself is the key.",
    documentation: documents.jws,
  },
  "token.expired": {
    title: "The token has expired",
    explanation: "v2 gives no leeway; v1 accepts a token for 30 s after its exp.",
    documentation: documents.jwt,
  },
  "token.not-yet-valid": {
    title: "The token is not valid yet",
    explanation: "Its nbf lies in the future: clocks differ. v2 gives no leeway, v1 30 s.",
    documentation: documents.jwt,
  },
  "token.issued-in-future": {
    title: "The token was issued in the future",
    explanation: "Its iat is more than 30 s ahead of PostgREST's clock. Only v1 looks at it.",
    documentation: documents.jwt,
  },
  "token.claim-type": {
    title: "A claim has the wrong type",
    explanation: "exp, nbf and iat must be numbers of seconds.",
    documentation: documents.jwt,
  },
  "token.subject-missing": {
    title: "The token has no sub",
    explanation: "The v2 gateway wants a sub that is a string: it is the user for everything that follows.",
    documentation: documents.jwt,
  },
  "token.subject-blank": {
    title: "The token's sub is blank",
    explanation: "The v2 gateway wants a sub that is not empty after trimming.",
    documentation: documents.jwt,
  },
  "token.audience": {
    title: "The token is for another audience",
    explanation: "An audience is configured here, and the token's aud does not name it.",
    documentation: documents.jwt,
  },
  "token.no-secret": {
    title: "PostgREST has no secret to verify tokens with",
    explanation: "A token came, but PGRST_JWT_SECRET is not set.",
    documentation: documents.auth,
  },
  "token.required": {
    title: "PostgREST allows no anonymous requests",
    explanation: "No token, or a token without a role, needs PGRST_DB_ANON_ROLE.",
    documentation: documents.auth,
  },
} as const satisfies Record<string, CodeEntry>;
