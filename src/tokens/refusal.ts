/**
 * Why a project token was refused. The HTTP body says one of two sentences only; this value keeps the reason, for the
 * trace and for whoever explains it.
 */
import type { Claims } from "./jws.ts";

/** What could be read of the token, unverified: never the token itself. */
export interface TokenContent {
  readonly header?: Claims;
  readonly claims?: Claims;
}

export type TokenProblem =
  /** No Authorization header at all. */
  | { readonly reason: "missing" }
  /** The header does not start with `Bearer` and a space; `scheme` is its first word. */
  | { readonly reason: "scheme"; readonly scheme: string }
  /** `Bearer` and nothing after it, or a blank header. */
  | { readonly reason: "empty" }
  /** Not three parts, a header that is no JSON, or a payload that is no JSON object. */
  | { readonly reason: "malformed"; readonly part: "parts" | "header" | "payload"; readonly parts?: number }
  | { readonly reason: "critical"; readonly names: unknown }
  | { readonly reason: "algorithm"; readonly algorithm: unknown }
  /** `signedWith` is set when the decoded bytes of the project's own secret made the signature. */
  | { readonly reason: "signature"; readonly signedWith?: "base64-decoded secret" }
  | { readonly reason: "claim-type"; readonly claim: "exp" | "nbf" | "iat"; readonly found: string }
  /** `seconds` is at least 0: a token is expired in the very second of its `exp`. */
  | { readonly reason: "expired"; readonly seconds: number }
  | { readonly reason: "not-yet-valid"; readonly seconds: number }
  /** `found` is the type of `sub`, `undefined` when there is none. */
  | { readonly reason: "subject-missing"; readonly found: string }
  | { readonly reason: "subject-blank" }
  /** Only where the emulator was told an audience: the platform never looks. `found` is the claim as sent. */
  | { readonly reason: "audience"; readonly expected: string; readonly found: unknown };

export interface TokenRefusal {
  readonly refused: TokenProblem;
  readonly content: TokenContent;
}

export function isRefusal(value: object): value is TokenRefusal {
  return "refused" in value;
}

/** No usable token was sent at all: the platform answers `authorization required` instead of `invalid or expired token`. */
export function lacksToken(problem: TokenProblem): boolean {
  return problem.reason === "missing" || problem.reason === "scheme" || problem.reason === "empty";
}

/** The reason as one sentence for people. */
export function refusalText(problem: TokenProblem): string {
  switch (problem.reason) {
    case "missing":
      return "The request has no Authorization header.";
    case "scheme":
      return `The Authorization header starts with "${problem.scheme}"; it must start with "Bearer" and a space.`;
    case "empty":
      return "The Authorization header carries no token.";
    case "malformed":
      return malformedText(problem.part, problem.parts);
    case "critical":
      return `The header's "crit" is ${JSON.stringify(problem.names)}, which the gateway does not understand.`;
    case "algorithm":
      return `The token's alg is ${JSON.stringify(problem.algorithm) ?? "missing"}; only "HS256", spelt so, is accepted.`;
    case "signature":
      return problem.signedWith === undefined
        ? "The signature does not match the project's secret."
        : "The token is signed with the base64-decoded secret; the secret's text itself is the key.";
    case "claim-type":
      return `The claim ${problem.claim} is ${problem.found}; it must be a number of seconds.`;
    case "expired":
      return `The token expired ${problem.seconds} s ago; no leeway is given.`;
    case "not-yet-valid":
      return `The token is valid in ${problem.seconds} s (nbf); no leeway is given.`;
    case "subject-missing":
      return `The claim sub is ${problem.found === "undefined" ? "missing" : problem.found}; it must be a string.`;
    case "subject-blank":
      return "The claim sub is blank.";
    case "audience":
      return `The claim aud is ${JSON.stringify(problem.found) ?? "missing"}; the project's configuration asks for "${problem.expected}". The platform itself does not look.`;
  }
}

function malformedText(part: "parts" | "header" | "payload", parts?: number): string {
  if (part === "parts") return `A token has three parts joined by dots; this one has ${parts}.`;
  return part === "header" ? "The token's header is not JSON." : "The token's payload is not a JSON object.";
}
