/** PostgREST refused a token: v1, where it verifies them itself. Its message is all it says; the token tells the rest. */
import { modes } from "../../project/mode/mode.ts";
import type { Step } from "../../trace/step.ts";
import type { Trace } from "../../trace/trace.ts";
import { bearer, tokenContent } from "../claims.ts";
import type { DiagnosisContext } from "../context.ts";
import { errorBody } from "../evidence.ts";
import type { Finding } from "../types.ts";
import {
  algorithmFinding,
  claimTypeFinding,
  expiredFinding,
  malformedFinding,
  notYetFinding,
  signatureFinding,
  type TokenInQuestion,
} from "./findings.ts";

const layer = "token" as const;
const { leeway } = modes.v1.tokens;

export function postgrestTokenFinding(trace: Trace, step: Step, context: DiagnosisContext): Finding | undefined {
  if (step.outcome !== "refused") return undefined;
  const body = errorBody(trace, step);
  const message = body?.message ?? "";
  if (body?.code === "PGRST300") return noSecret();
  if (body?.code === "PGRST302") return required();
  const content = tokenContent(trace);
  const token: TokenInQuestion = {
    mode: trace.mode,
    compact: bearer(trace),
    header: content?.header ?? {},
    claims: content?.claims ?? {},
  };
  const now = secondsAt(trace, context);
  const since = (claim: string) => Math.abs(now - Number(token.claims[claim] ?? now));
  if (message === "JWT expired") return expiredFinding(since("exp"), leeway, token.claims);
  if (message === "JWTNotYetValid") return notYetFinding("nbf", since("nbf"), leeway, token.claims);
  if (message === "JWTIssuedAtFuture") return notYetFinding("iat", since("iat"), leeway, token.claims);
  if (message === "JWTNotInAudience") return audience(token);
  if (message.startsWith("JWTClaimsSetDecodeError")) return badClaim(message);
  if (content === undefined) return malformedFinding(message, token.compact);
  if (token.header["alg"] !== "HS256") return algorithmFinding(token);
  return signatureFinding(token, context);
}

/** The stack's clock at the time of the request: it may be shifted, but it runs as fast as the real one. */
const secondsAt = ({ startedAt }: Trace, { clock }: DiagnosisContext): number =>
  Math.floor((clock.now() - (Date.now() - startedAt)) / 1000);

const noSecret = (): Finding => ({
  code: "token.no-secret",
  layer,
  title: "PostgREST has no secret to verify the token with.",
  because: ["PGRST_JWT_SECRET is not set."],
  fix: { text: "Set PGRST_JWT_SECRET." },
});

const required = (): Finding => ({
  code: "token.required",
  layer,
  title: "The request names no role, and PostgREST has no role for anonymous requests.",
  because: ["PGRST_DB_ANON_ROLE is not set."],
  fix: { text: "Send a token with a role." },
});

const audience = ({ claims }: TokenInQuestion): Finding => ({
  code: "token.audience",
  layer,
  title: `The token's aud is ${JSON.stringify(claims["aud"]) ?? "missing"}, and PostgREST is told to expect another.`,
  because: ["PGRST_JWT_AUD is set for this project."],
  fix: { text: "Issue the token for that audience." },
});

function badClaim(message: string): Finding {
  const claim = /\$\.(\w+)/.exec(message)?.[1];
  if (claim === "exp" || claim === "nbf" || claim === "iat") {
    const found = /encountered (\w+)/.exec(message)?.[1]?.toLowerCase() ?? "another type";
    return claimTypeFinding(claim, found);
  }
  return {
    code: "token.claim-type",
    layer,
    title: `A registered claim${claim === undefined ? "" : ` (${claim})`} has a form that PostgREST cannot read.`,
    because: [message],
    fix: { text: "sub, iss and jti are texts, aud a text or a list of texts, exp, nbf and iat numbers of seconds." },
  };
}
