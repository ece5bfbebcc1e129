/** What is wrong with a token, whoever found it out: the v2 gateway, or PostgREST on v1. */

import { isObject } from "../../json/json.ts";
import type { ModeName } from "../../project/mode/types.ts";
import { isoTime } from "../../time/instant.ts";
import type { DiagnosisContext } from "../context.ts";
import type { ClaimSet, Finding } from "../types.ts";
import { duration, plural, showValue } from "../words.ts";
import { signerOf } from "./signer.ts";

/** The rung is the same in both modes. */
const layer = "token" as const;

export interface TokenInQuestion {
  readonly mode: ModeName;
  /** Undefined where the trace no longer holds it. */
  readonly compact: string | undefined;
  readonly header: ClaimSet;
  readonly claims: ClaimSet;
}

/** `alg` is not HS256: a session token of the identity provider is the usual case. */
export function algorithmFinding({ mode, header, claims }: TokenInQuestion): Finding {
  const alg = JSON.stringify(header["alg"]) ?? "missing";
  if (isSessionToken(header, claims)) {
    return {
      code: "token.session-token",
      layer,
      title: `This is the identity provider's session token (${alg}), not the token of the JWT template.`,
      because: [
        `Its issuer is ${showValue(claims["iss"])}${claims["sid"] === undefined ? "" : " and it names a session (sid)"}; getToken() without a template gives this one.`,
        `${mode === "v2" ? "The gateway" : "PostgREST"} accepts HS256 under the project's secret only.`,
      ],
      fix: { text: 'Ask for the template\'s token: getToken({ template: "flux" }).' },
    };
  }
  return {
    code: "token.algorithm",
    layer,
    title: `The token's alg is ${alg}; only HS256 is accepted.`,
    because: [
      header["alg"] === "none"
        ? "A token without a signature proves nothing."
        : "The name is compared letter by letter.",
    ],
    fix: { text: "Sign with HS256 and the project's secret as text." },
  };
}

/** RS256 with the marks of Clerk's session token: its category, or a session id beside an issuer. */
const isSessionToken = (header: ClaimSet, claims: ClaimSet): boolean =>
  header["alg"] === "RS256" &&
  (header["cat"] === "cl_B7d4PD111AAA" ||
    claims["sid"] !== undefined ||
    (typeof header["kid"] === "string" && typeof claims["iss"] === "string"));

export function signatureFinding(token: TokenInQuestion, { secrets, users }: DiagnosisContext): Finding {
  const signer = token.compact === undefined ? undefined : signerOf(token.compact, secrets);
  const wrapped = token.compact === undefined ? undefined : wrappedIn(token.compact);
  if (signer === undefined && wrapped !== undefined)
    return malformedFinding("It is not the bare token.", token.compact);
  if (signer === undefined) {
    return {
      code: "token.signature",
      layer,
      title: "The token was not signed with this project's secret, nor with any other that is known here.",
      because: [
        "Another project's secret, a secret that has been replaced since, or claims changed after signing.",
        `The token is for sub ${showValue(token.claims["sub"], users)}.`,
      ],
      fix: { text: "Sign with the project's secret as text; flux-dev keys shows it." },
    };
  }
  const { secret, bent } = signer;
  if (!secret.expected) {
    return {
      code: "token.other-secret",
      layer,
      title: `The token is signed with ${secret.owner}${bent === null ? "" : ` (${bent})`}, not with this project's secret.`,
      because: ["Every project and each of its modes has a secret of its own."],
      fix: { text: "Sign with this project's secret in this mode; flux-dev keys shows it." },
    };
  }
  if (bent === "base64-decoded") return decodedSecret();
  return {
    code: "token.signature",
    layer,
    title: `The token is signed with this project's secret ${bent ?? ""}.`,
    because: ["The key is the secret's text itself, character by character."],
    fix: { text: "Use the secret exactly as it is shown; look at how the variable is written and read." },
  };
}

export const decodedSecret = (): Finding => ({
  code: "token.base64-secret",
  layer,
  title: "The token is signed with the base64-decoded secret; the secret's text itself is the key.",
  because: ["The secret looks like base64, and Flux uses its characters as they are."],
  fix: { text: "Pass the secret as text, without decoding it." },
});

/** `seconds` since the end, at least 0. `leeway` in seconds. */
export function expiredFinding(seconds: number, leeway: number, claims: ClaimSet): Finding {
  return {
    code: "token.expired",
    layer,
    title: `The token expired ${duration(seconds)} ago.`,
    because: [
      `exp is ${when(claims["exp"])}.`,
      leeway === 0
        ? "v2 gives no leeway: clocks must agree."
        : `v1 accepts a token for ${leeway} s after its exp; that is over too.`,
    ],
    fix: {
      text:
        seconds <= 60
          ? "Fetch a token right before each request, and compare the clocks of issuer and server."
          : "Fetch a fresh token before each request instead of keeping one.",
    },
  };
}

export function notYetFinding(claim: "nbf" | "iat", seconds: number, leeway: number, claims: ClaimSet): Finding {
  const shown = duration(seconds);
  return {
    code: claim === "nbf" ? "token.not-yet-valid" : "token.issued-in-future",
    layer,
    title:
      claim === "nbf"
        ? `The token is valid in ${shown} only (nbf).`
        : `The token was issued ${shown} in the future (iat).`,
    because: [
      `${claim} is ${when(claims[claim])}.`,
      leeway === 0 ? "v2 gives no leeway." : `v1 allows ${leeway} s of difference.`,
    ],
    fix: { text: "Compare the clocks of issuer and server; an nbf a few seconds back helps." },
  };
}

const when = (seconds: unknown): string =>
  typeof seconds === "number" ? `${seconds} (${isoTime(seconds) ?? "beyond any date"})` : String(seconds);

export function claimTypeFinding(claim: string, found: string): Finding {
  return {
    code: "token.claim-type",
    layer,
    title: `The claim ${claim} is of type ${found}; it must be a number of seconds.`,
    because: ["RFC 7519 counts in seconds since 1970, as numbers without quotes."],
    fix: { text: `Send ${claim} as a number, or leave it out.` },
  };
}

export function malformedFinding(text: string, compact: string | undefined): Finding {
  return {
    code: "token.malformed",
    layer,
    title: `The Authorization header holds no JSON Web Token. ${text}`,
    because: [shapeOf(compact)],
    fix: { text: "Send the token as issued: three parts joined by dots, once, without quotes." },
  };
}

function shapeOf(compact: string | undefined): string {
  if (compact === undefined) return "The token is not in the trace.";
  const wrapped = wrappedIn(compact);
  if (wrapped !== undefined) return wrapped;
  if (compact === "undefined" || compact === "null" || compact === "[object Promise]" || compact === "[object Object]")
    return `It is the word ${JSON.stringify(compact)}: a value that was not there when the header was built.`;
  if (/^(sk|pk)_(test|live)_/.test(compact))
    return "It is a key of the identity provider, which stays with the server or names the instance; a token is fetched for a user.";
  if (/\s/.test(compact) || compact.includes(","))
    return "It contains blanks or commas: two headers joined into one, perhaps.";
  return `It has ${plural(compact.length, "character")} and ${plural(compact.split(".").length, "part")}.`;
}

/** What stands around a token that may be right by itself. */
function wrappedIn(compact: string): string | undefined {
  if (/^["'`]/.test(compact)) return "It stands in quotes.";
  return /^bearer\s/i.test(compact) ? "The word Bearer stands before it twice." : undefined;
}

export const objectOr = (value: unknown): ClaimSet => (isObject(value) ? value : {});
