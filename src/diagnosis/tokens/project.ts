/** The v2 gateway refused a token: its step knows the reason that its answer does not say. */
import { header } from "../../http/message.ts";
import type { TokenProblem } from "../../tokens/refusal.ts";
import type { Step } from "../../trace/step.ts";
import type { Trace } from "../../trace/trace.ts";
import { bearer, isBareToken } from "../claims.ts";
import type { DiagnosisContext } from "../context.ts";
import type { ClaimSet, Finding } from "../types.ts";
import {
  algorithmFinding,
  claimTypeFinding,
  decodedSecret,
  expiredFinding,
  malformedFinding,
  notYetFinding,
  objectOr,
  signatureFinding,
  type TokenInQuestion,
} from "./findings.ts";

const layer = "token" as const;

export function projectTokenFinding(trace: Trace, step: Step, context: DiagnosisContext): Finding | undefined {
  if (step.outcome === "passed") return undefined;
  const { evidence } = step;
  const problem = evidence as unknown as TokenProblem & { readonly text: string };
  const token: TokenInQuestion = {
    mode: trace.mode,
    compact: bearer(trace),
    header: objectOr(evidence["header"]),
    claims: objectOr(evidence["claims"]),
  };
  switch (problem.reason) {
    case "missing":
      return missing(trace);
    case "scheme":
      return scheme(problem.scheme);
    case "empty":
      return empty();
    case "malformed":
      return malformedFinding(problem.text, token.compact);
    case "critical":
      return {
        code: "token.critical",
        layer,
        title: problem.text,
        because: ["A verifier must refuse extensions that it does not know."],
        fix: { text: "Issue tokens without crit." },
      };
    case "algorithm":
      return algorithmFinding(token);
    case "signature":
      return problem.signedWith === undefined ? signatureFinding(token, context) : decodedSecret();
    case "claim-type":
      return claimTypeFinding(problem.claim, problem.found);
    case "expired":
      return expiredFinding(problem.seconds, 0, token.claims);
    case "not-yet-valid":
      return notYetFinding("nbf", problem.seconds, 0, token.claims);
    case "subject-missing":
      return {
        code: "token.subject-missing",
        layer,
        title: `The token's sub is ${problem.found === "undefined" ? "missing" : `of type ${problem.found}`}; v2 wants a text.`,
        because: ["Signature and times are right.", ...keyText(token.claims)],
        fix: { text: isKey(token.claims) ? "Send a user's token instead of a key." : "Put the user's id into sub." },
      };
    case "subject-blank":
      return {
        code: "token.subject-blank",
        layer,
        title: "The token's sub is blank; v2 wants the user's id.",
        because: ["Signature and times are right."],
        fix: { text: "Put the user's id into sub." },
      };
    case "audience":
      return {
        code: "token.audience",
        layer,
        title: problem.text,
        because: ["The platform's gateway does not look at aud; this project's configuration asks flux-dev to."],
        fix: {
          text: `Put ${JSON.stringify(problem.expected)} into aud, or take the audience out of the configuration.`,
        },
      };
  }
}

/** v1's keys: a role and nobody's id. */
const isKey = ({ role, sub }: ClaimSet): boolean => sub === undefined && (role === "anon" || role === "service_role");

const keyText = (claims: ClaimSet): string[] =>
  isKey(claims) ? [`It is a static ${claims["role"]} key, as v1 has them; v2 has no keys.`] : [];

function missing({ request }: Trace): Finding {
  if (request.method === "OPTIONS" && header(request.headers, "access-control-request-method") !== undefined) {
    const origin = header(request.headers, "origin") ?? "a page";
    return {
      code: "token.preflight",
      layer,
      title: "This is a browser's preflight: it carries no token, and the v2 gateway refuses it with 401.",
      because: [
        `The browser asks for ${origin} whether it may send ${header(request.headers, "access-control-request-method")}; without CORS headers in the answer it reports a CORS error and sends nothing.`,
        "Nobody answers preflights on v2.",
      ],
      fix: { text: "Call the Service URL from your server (a route handler, an edge function), not from the browser." },
    };
  }
  const apikey = header(request.headers, "apikey") !== undefined;
  return {
    code: "token.missing",
    layer,
    title: "The request has no Authorization header.",
    because: [
      ...(apikey ? ["It has an apikey header, which has no meaning on Flux."] : []),
      "The v2 gateway wants a token on every request; there is no anonymous access.",
    ],
    fix: { text: "Send Authorization: Bearer <token>; flux-dev token <user> prints one." },
  };
}

const scheme = (name: string): Finding => ({
  code: "token.scheme",
  layer,
  // A token has no place in a title.
  title: isBareToken(name)
    ? "The Authorization header holds the token without the word Bearer before it."
    : `The Authorization header begins with ${JSON.stringify(name)}, not with Bearer and a space.`,
  because: ["Only the scheme Bearer is accepted, in any case, and a space after it."],
  fix: { text: "Send Authorization: Bearer <token>; flux-dev token <user> prints one." },
});

const empty = (): Finding => ({
  code: "token.empty",
  layer,
  title: "The Authorization header says Bearer and nothing after it.",
  because: [
    "Usually a variable that is empty where the header is built: nobody signed in, or a token not yet fetched.",
  ],
  fix: { text: "Send the request only once there is a token." },
});
