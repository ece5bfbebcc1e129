/** Whether Clerk's server SDKs take a token for a session, in the order in which they look. */
import { verify } from "node:crypto";
import { isObject, parseJson } from "../json/json.ts";
import { type Clock, epochSeconds } from "../time/clock.ts";
import { type Claims, splitJws } from "../tokens/jws.ts";
import { SESSION_CLASS } from "./claims/token-class.ts";
import type { Instance } from "./keys.ts";

export interface Verdict {
  readonly by: "v2 gateway" | "v1 PostgREST" | "Clerk SDK";
  readonly accepts: boolean;
  /** What the caller would get: status and body, the role, the SDK's status and reason. */
  readonly answer: string;
  readonly reason: string;
  /** What could not be checked, when the verdict stands or falls with it: "the project's secret has signed it". */
  readonly provided?: string;
}

/** Seconds that the SDKs grant on `exp`, `nbf` and `iat`. */
const SKEW = 5;

export function verifySessionToken(
  jwt: string,
  { instance, clock }: { readonly instance: Instance; readonly clock: Clock },
): Verdict {
  const parts = splitJws(jwt);
  if ("malformed" in parts || !isObject(parts.header)) return refused("token-invalid", "It cannot be decoded.");
  const claims = parseJson(parts.payload);
  if (!isObject(claims)) return refused("token-invalid", "Its payload is not a JSON object.");
  const { cat, typ, kid, alg } = parts.header;
  if (cat !== undefined && cat !== SESSION_CLASS) {
    return refused(
      "token-type-mismatch",
      "Its class (cat) says that it is not a session token; it is for Flux, not for the app's server.",
    );
  }
  if (typ !== undefined && typ !== "JWT") return refused("token-invalid", `Its typ is ${JSON.stringify(typ)}.`);
  if (kid !== instance.id) return refused("jwk-kid-mismatch", "No key of the identity provider has its kid.");
  if (alg !== "RS256")
    return refused("token-invalid-algorithm", `Its alg is ${JSON.stringify(alg)}; sessions are RS256.`);
  if (!verify("sha256", Buffer.from(parts.signingInput), instance.publicKey, parts.signature)) {
    return refused("token-invalid-signature", "The identity provider's key did not make its signature.");
  }
  return claimVerdict(claims, epochSeconds(clock));
}

function claimVerdict({ sub, exp, nbf, iat, sts }: Claims, now: number): Verdict {
  if (typeof sub !== "string" || typeof exp !== "number") {
    return refused("token-verification-failed", "It needs a sub (string) and an exp (number).");
  }
  if (exp <= now - SKEW) return refused("token-expired", `It expired ${now - exp} s ago; ${SKEW} s are granted.`);
  if (typeof nbf === "number" && nbf > now + SKEW) {
    return refused("token-not-active-yet", `It becomes valid in ${nbf - now} s; ${SKEW} s are granted.`);
  }
  if (typeof iat === "number" && iat > now + SKEW) {
    return refused("token-iat-in-the-future", `It was issued ${iat - now} s from now; ${SKEW} s are granted.`);
  }
  if (sts === "pending") return refused("pending", "The session is pending, which counts as signed out.");
  return { by: "Clerk SDK", accepts: true, answer: "signed-in", reason: `The session belongs to "${sub}".` };
}

const refused = (code: string, reason: string): Verdict => ({
  by: "Clerk SDK",
  accepts: false,
  answer: `signed-out, ${code}`,
  reason,
});
