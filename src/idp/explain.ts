/** What is in a token, and who takes it: the v2 gateway, PostgREST on v1, Clerk's own SDKs. */

import { isObject, parseJson } from "../json/json.ts";
import { type Clock, epochSeconds } from "../time/clock.ts";
import { isoTime } from "../time/instant.ts";
import { droppedClaims } from "../tokens/bridge.ts";
import { type Claims, hmacMatches, splitJws } from "../tokens/jws.ts";
import { unverifiedToken, verifyProjectToken } from "../tokens/project-token.ts";
import { isRefusal, refusalText } from "../tokens/refusal.ts";
import { SESSION_CLASS, TEMPLATE_CLASS } from "./claims/token-class.ts";
import { type Verdict, verifySessionToken } from "./explain-session.ts";
import type { Instance } from "./keys.ts";

export interface ExplainContext {
  readonly instance: Instance;
  readonly clock: Clock;
  /** The project's secret in each mode. */
  readonly secrets: { readonly v1: string; readonly v2: string };
  /** PostgREST's own judgement under v1's configuration: the role the token runs as, or the message of its `PGRST301`. */
  readonly postgrest: (jwt: string) => { readonly role: string } | { readonly refused: string };
  /** The audience that the project's configuration asks for, if any. */
  readonly audience?: string | undefined;
}

export type TokenKind = "template token" | "session token" | "static key" | "token of another issuer" | "not a token";

export interface TokenExplanation {
  readonly kind: TokenKind;
  /** As sent; absent when it cannot be read. */
  readonly header?: Claims;
  readonly claims?: Claims;
  /** When it was made, begins and ends, as sentences in relation to now. */
  readonly times: readonly string[];
  readonly verdicts: readonly Verdict[];
  /** What to do about it, when something is amiss. */
  readonly advice: readonly string[];
}

/** Decodes without trusting: also a token that nobody accepts is explained. */
export function explainToken(jwt: string, context: ExplainContext): TokenExplanation {
  const parts = splitJws(jwt);
  const payload = "malformed" in parts ? undefined : parseJson(parts.payload);
  const header = "malformed" in parts || !isObject(parts.header) ? undefined : parts.header;
  const claims = isObject(payload) ? payload : undefined;
  return {
    kind: kindOf(header, claims, context.instance),
    ...(header ? { header } : {}),
    ...(claims ? { claims } : {}),
    times: claims ? timesOf(claims, epochSeconds(context.clock)) : [],
    verdicts: [gatewayVerdict(jwt, context), postgrestVerdict(jwt, context), verifySessionToken(jwt, context)],
    advice: adviceFor(jwt, header, context),
  };
}

function kindOf(header: Claims | undefined, claims: Claims | undefined, instance: Instance): TokenKind {
  if (!header || !claims) return "not a token";
  if (header["cat"] === TEMPLATE_CLASS) return "template token";
  if (header["cat"] === SESSION_CLASS || header["kid"] === instance.id) return "session token";
  const role = claims["role"];
  if (claims["sub"] === undefined && (role === "anon" || role === "service_role")) return "static key";
  return "token of another issuer";
}

function gatewayVerdict(jwt: string, { secrets, clock, audience }: ExplainContext): Verdict {
  const by = "v2 gateway";
  const result = verifyProjectToken(unverifiedToken(jwt), secrets.v2, clock, audience);
  if (isRefusal(result)) {
    return {
      by,
      accepts: false,
      answer: '401 {"error":"invalid or expired token"}',
      reason: refusalText(result.refused),
    };
  }
  const kept = result.email === undefined ? `sub ("${result.sub}")` : `sub ("${result.sub}") and email`;
  const dropped = droppedClaims(result);
  const lost = dropped.length === 0 ? "" : ` Dropped: ${dropped.join(", ")}.`;
  return { by, accepts: true, answer: "goes on to PostgREST", reason: `SQL sees ${kept}.${lost}` };
}

function postgrestVerdict(jwt: string, { postgrest }: ExplainContext): Verdict {
  const by = "v1 PostgREST";
  const result = postgrest(jwt);
  return "refused" in result
    ? { by, accepts: false, answer: "401 PGRST301", reason: `${result.refused}.` }
    : { by, accepts: true, answer: `runs as ${result.role}`, reason: "SQL sees every claim." };
}

function timesOf(claims: Claims, now: number): string[] {
  const said = (name: string, past: string, future: string) => {
    const value = claims[name];
    if (typeof value !== "number") return [];
    const when = isoTime(value) ?? `${value}, beyond any date: claims count in seconds`;
    return [value <= now ? `${past} ${now - value} s ago (${when})` : `${future} in ${value - now} s (${when})`];
  };
  return [
    ...said("iat", "issued", "issued"),
    ...said("nbf", "valid since", "valid"),
    ...said("exp", "expired", "expires"),
    ...(claims["exp"] === undefined ? ["never expires: it has no exp"] : []),
  ];
}

function adviceFor(jwt: string, header: Claims | undefined, { instance, secrets }: ExplainContext): string[] {
  const advice: string[] = [];
  if (header?.["alg"] === "RS256" && header["kid"] === instance.id) {
    advice.push('Flux takes HS256 tokens of the project: ask for one with getToken({ template: "flux" }).');
  }
  const parts = splitJws(jwt);
  if (!("malformed" in parts) && secrets.v1 !== secrets.v2) {
    const signedBy = (secret: string) => hmacMatches("HS256", parts.signingInput, parts.signature, secret);
    if (signedBy(secrets.v1)) advice.push("It is signed with the project's v1 secret; v2 has another.");
    if (signedBy(secrets.v2)) advice.push("It is signed with the project's v2 secret; v1 has another.");
  }
  return advice;
}
