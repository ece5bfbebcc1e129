/** v1 lets requests without a role run as anon. What anon meets is then the token's fault, not the table's. */
import { header } from "../http/message.ts";
import { bearer, isBareToken, tokenContent } from "./claims.ts";
import type { DiagnosisCode } from "./codes.ts";
import type { Inquiry } from "./inquiry.ts";
import type { Findings, Proof } from "./types.ts";

/** What somebody who meant to be signed in meets as anon. */
const SIGNS: ReadonlySet<DiagnosisCode> = new Set<DiagnosisCode>([
  "grants.table",
  "grants.column",
  "grants.function",
  "grants.sequence",
  "grants.schema",
  "grants.returning",
  "grants.upsert",
  "policies.other-role",
  "policies.claim-missing",
]);

/** Policies that speak about anon as well did their work; who it was is worth knowing all the same. */
const PLAIN: ReadonlySet<DiagnosisCode> = new Set<DiagnosisCode>([
  "policies.hidden",
  "policies.hidden-write",
  "policies.with-check",
]);

/** Puts "it ran as anon" before findings that would not be there for a user; leaves all others as they are. */
export async function anonymousFindings(inquiry: Inquiry, findings: Findings): Promise<Findings> {
  const { trace, role, names } = inquiry;
  const { finding } = findings;
  if (trace.mode !== "v1" || role !== names.anonymousRole) return findings;
  if (PLAIN.has(finding.code) && inquiry.claims.seen?.["sub"] === undefined)
    return { ...findings, finding: { ...finding, because: [...finding.because, anonymousReason(inquiry)] } };
  if (!SIGNS.has(finding.code)) return findings;
  const proof = await asUser(inquiry, finding.code);
  if (proof !== undefined && !proof.holds) {
    const told = `It ran as ${role}, and PostgREST says 401 instead of 403 to ${role}: ${anonymousReason(inquiry)}`;
    return { ...findings, finding: { ...finding, because: [...finding.because, told] } };
  }
  const refused = trace.response.status === 401;
  return {
    finding: {
      code: "role.anonymous",
      layer: "role",
      title: refused
        ? `The request ran as ${role}, and ${role} may not do this; the 401 is Postgres' 42501, told to somebody without a token.`
        : `The request ran as ${role}, and ${role} sees none of the rows.`,
      because: [anonymousReason(inquiry), finding.title],
      ...(finding.rows === undefined ? {} : { rows: finding.rows }),
      fix: {
        text: `Send a token with the claim role: ${names.userRole} and the user's sub.`,
        ...(finding.fix?.sql === undefined ? {} : { sql: `-- only if everybody may: ${finding.fix.sql}` }),
      },
      ...(proof === undefined ? {} : { proof }),
    },
    also: findings.also.filter(({ code }) => !SIGNS.has(code)),
  };
}

/** The same request as the role of signed-in users. Without a sub the policies may still refuse; the privilege is what counts. */
async function asUser(inquiry: Inquiry, code: DiagnosisCode): Promise<Proof | undefined> {
  if (!code.startsWith("grants.")) return undefined;
  const { replay, names } = inquiry;
  const tried = await replay.run({ role: names.userRole });
  const denied = !tried.ok && tried.failure.message.startsWith("permission denied");
  return {
    tried: `the same request as ${names.userRole}`,
    result: tried.ok ? "it passes" : `${tried.failure.sqlState}: ${tried.failure.message}`,
    holds: !denied,
  };
}

function anonymousReason({ trace, role }: Inquiry): string {
  const value = header(trace.request.headers, "authorization");
  const apikey =
    header(trace.request.headers, "apikey") === undefined ? "" : " The apikey header has no meaning on Flux.";
  if (value === undefined) return `There is no Authorization header, so v1 ran it as ${role}.${apikey}`;
  if (bearer(trace) === undefined) {
    const what = isBareToken(value)
      ? "The Authorization header holds the token without the word Bearer before it"
      : "The Authorization header carries no bearer token";
    return `${what}, so v1 ran it as ${role}.${apikey}`;
  }
  const claims = tokenContent(trace)?.claims ?? {};
  if (claims["role"] === undefined) return `The token has no claim role, so v1 ran it as ${role}.`;
  return `The token's role is ${JSON.stringify(claims["role"])}: this is the anon key.`;
}
