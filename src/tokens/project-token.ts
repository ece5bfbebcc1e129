/**
 * The token an app sends, as the v2 gateway judges it. The types carry the state: what `verifyProjectToken` returns is
 * the only thing a bridge token can be made from.
 */
import { BoundedMap } from "../cache/bounded-map.ts";
import { remember, rememberFor } from "../cache/remember.ts";
import { isObject, parseJson } from "../json/json.ts";
import { type Clock, epochSeconds } from "../time/clock.ts";
import { type Claims, hmacMatches, splitJws } from "./jws.ts";
import type { TokenContent, TokenProblem, TokenRefusal } from "./refusal.ts";

declare const unverified: unique symbol;
declare const verified: unique symbol;

/** A token as sent; nothing about it has been checked. */
export interface UnverifiedToken {
  readonly [unverified]: true;
  readonly compact: string;
}

/** The claims of a token that verified under the project's secret. */
export interface ProjectClaims {
  readonly [verified]: true;
  /** Trimmed, not empty. */
  readonly sub: string;
  /** As sent; absent unless it is a non-empty string. */
  readonly email?: string;
  /** Everything the token said, for the trace: the gateway forwards none of it. */
  readonly sent: Claims;
}

export function unverifiedToken(compact: string): UnverifiedToken {
  return { compact } as UnverifiedToken;
}

/** The token of an Authorization header: the scheme in any case, then exactly a space, then the rest, trimmed. */
export const bearerToken = (authorization: string | undefined): UnverifiedToken | TokenRefusal =>
  authorization === undefined ? refuse({ reason: "missing" }) : tokenIn(authorization);

const tokenIn = remember((authorization): UnverifiedToken | TokenRefusal => {
  const value = authorization.trim();
  if (/^bearer $/i.test(value.slice(0, 7))) return unverifiedToken(value.slice(7).trim());
  // The trim above took the space of a bare `Bearer `, so an empty token arrives here.
  if (value === "" || value.toLowerCase() === "bearer") return refuse({ reason: "empty" });
  return refuse({ reason: "scheme", scheme: /^\S*/.exec(value)![0] });
});

/**
 * HS256 under the UTF-8 bytes of the secret's text, no leeway, `sub` required. Neither `aud`, `iss`, `role` nor the
 * secret's length is looked at: the platform does not. Checks run in the order of the platform's verifier, so that the
 * reason named is the first one met. `audience` is the emulator's own, to rehearse what the platform's documentation says
 * and its gateway does not do.
 */
export function verifyProjectToken(
  token: UnverifiedToken,
  secret: string,
  clock: Clock,
  audience?: string,
): ProjectClaims | TokenRefusal {
  const signed = signedContent(token.compact, secret);
  if ("refused" in signed) return signed;
  const { claims } = signed.content;
  const problem: TokenProblem | undefined =
    claims === undefined
      ? { reason: "malformed", part: "payload" }
      : (claimProblem(claims, epochSeconds(clock)) ?? audienceProblem(claims, audience));
  return problem === undefined ? projectClaims(claims!) : { refused: problem, content: signed.content };
}

interface Signed {
  readonly secret: string;
  readonly content: TokenContent;
}

/** A token is used again and again, and its parts and its signature stay what they are; only time passes. */
const intact = new BoundedMap<string, Signed>(1000);

function signedContent(compact: string, secret: string): Signed | TokenRefusal {
  const known = intact.get(compact);
  if (known?.secret === secret) return known;
  const parts = splitJws(compact);
  if ("malformed" in parts) {
    const counted = parts.malformed === "parts" ? { parts: parts.parts } : {};
    return refuse({ reason: "malformed", part: parts.malformed, ...counted });
  }
  const claims = parseJson(parts.payload);
  const content: TokenContent = {
    ...(isObject(parts.header) ? { header: parts.header } : {}),
    ...(isObject(claims) ? { claims } : {}),
  };
  const problem = headerProblem(parts.header) ?? signatureProblem(parts.signingInput, parts.signature, secret);
  if (problem !== undefined) return refuse(problem, content);
  const signed = { secret, content };
  intact.set(compact, signed);
  return signed;
}

function headerProblem(header: unknown): TokenProblem | undefined {
  if (!isObject(header)) return { reason: "malformed", part: "header" };
  const { alg, crit, b64 } = header;
  if (crit !== undefined) {
    // RFC 7797's `b64` is the one extension the platform's verifier knows, and in a JWT it may only say true.
    const known = Array.isArray(crit) && crit.length > 0 && crit.every((name) => name === "b64") && b64 === true;
    if (!known) return { reason: "critical", names: crit };
  }
  return alg === "HS256" ? undefined : { reason: "algorithm", algorithm: alg };
}

function signatureProblem(input: string, mac: Buffer, secret: string): TokenProblem | undefined {
  if (hmacMatches("HS256", input, mac, secret)) return undefined;
  // Secrets look like base64, so decoding them first is the usual mistake; worth telling apart from another secret.
  const decoded = Buffer.from(secret, "base64");
  const mistaken = decoded.length > 0 && hmacMatches("HS256", input, mac, decoded);
  return mistaken ? { reason: "signature", signedWith: "base64-decoded secret" } : { reason: "signature" };
}

function claimProblem(claims: Claims, now: number): TokenProblem | undefined {
  const { iat, nbf, exp, sub } = claims;
  // A future iat is accepted; only its type counts.
  if (iat !== undefined && typeof iat !== "number") return typeProblem("iat", iat);
  if (nbf !== undefined) {
    if (typeof nbf !== "number") return typeProblem("nbf", nbf);
    if (nbf > now) return { reason: "not-yet-valid", seconds: nbf - now };
  }
  if (exp !== undefined) {
    if (typeof exp !== "number") return typeProblem("exp", exp);
    if (exp <= now) return { reason: "expired", seconds: now - exp };
  }
  if (typeof sub !== "string") return { reason: "subject-missing", found: typeName(sub) };
  return sub.trim() === "" ? { reason: "subject-blank" } : undefined;
}

function audienceProblem(claims: Claims, expected: string | undefined): TokenProblem | undefined {
  if (expected === undefined || [claims["aud"]].flat().includes(expected)) return undefined;
  return { reason: "audience", expected, found: claims["aud"] };
}

const projectClaims = rememberFor((sent: Claims): ProjectClaims => {
  const sub = (sent["sub"] as string).trim();
  const email = sent["email"];
  return { sub, sent, ...(typeof email === "string" && email !== "" ? { email } : {}) } as ProjectClaims;
});

const typeProblem = (claim: "exp" | "nbf" | "iat", value: unknown): TokenProblem => ({
  reason: "claim-type",
  claim,
  found: typeName(value),
});

const typeName = (value: unknown): string => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

const refuse = (refused: TokenProblem, content: TokenContent = {}): TokenRefusal => ({ refused, content });
