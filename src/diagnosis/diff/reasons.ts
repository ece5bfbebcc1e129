/** Why the modes answer differently: the mechanisms, each recognised by what the two diagnoses found. Pure. */
import type { DiagnosisCode } from "../codes.ts";
import { isOk } from "../codes.ts";
import { ROLE_FIX } from "../policies/remarks.ts";
import { listed } from "../words.ts";
import type { Side, Sides } from "./types.ts";

interface Reason {
  readonly when: (sides: Sides) => boolean;
  readonly text: (sides: Sides) => string;
}

const code = ({ diagnosis }: Side): DiagnosisCode => diagnosis.code;
/** As the cause, or as what stands behind it. */
const has = ({ diagnosis }: Side, wanted: DiagnosisCode): boolean =>
  [diagnosis, ...diagnosis.also].some((finding) => finding.code === wanted);
const starts = (side: Side, prefix: string): boolean => code(side).startsWith(prefix);

/** The first that holds is the reason; what the two sides say themselves comes after it. */
const reasons: readonly Reason[] = [
  {
    when: ({ v1, v2 }) => code(v2) === "token.preflight" && code(v1) !== "token.preflight",
    text: () => "v1's edge answers preflights; on v2 nobody does, and a request without a token is 401.",
  },
  {
    when: ({ v2 }) => code(v2) === "edge.absorbed",
    text: () => "The v2 gateway answers such paths itself; v1's edge passes them on to PostgREST.",
  },
  {
    when: ({ v2 }) => code(v2) === "request.rest-prefix",
    text: () => "v1's edge cuts /rest/v1 off; v2 passes the path on as it is.",
  },
  {
    when: ({ v1, v2 }) => code(v2) === "token.expired" && !starts(v1, "token."),
    text: () => "v1 gives a token 30 s of leeway after its exp, v2 none.",
  },
  {
    when: ({ v1, v2 }) => code(v2) === "token.not-yet-valid" && !starts(v1, "token."),
    text: () => "v1 takes a token up to 30 s before its nbf, v2 does not.",
  },
  {
    when: ({ v1, v2 }) => starts(v2, "token.subject") && !starts(v1, "token."),
    text: () => "v2 wants a sub in every token; v1 asks for none.",
  },
  {
    when: ({ v1, v2 }) => starts(v2, "token.") && !starts(v1, "token."),
    text: () => "v2 lets nobody in without a valid token; v1 runs such a request as anon.",
  },
  {
    when: ({ v1 }) => code(v1) === "role.unknown" || code(v1) === "role.not-granted",
    text: () =>
      "v1 switches to the role that the token names; v2 ignores the claim and always uses the project's own role.",
  },
  {
    when: ({ v2 }) => has(v2, "policies.claim-dropped"),
    text: ({ v1, v2 }) => {
      const lost = (v2.diagnosis.claims?.dropped ?? []).filter((name) => name in (v1.diagnosis.claims?.seen ?? {}));
      const named = lost.filter((name) => !["role", "iss", "jti", "azp", "aud"].includes(name));
      return `All claims reach SQL on v1; the v2 gateway passes on sub and email only${named.length === 0 ? "" : ` and drops ${listed(named)}`}, ${v2.diagnosis.title.includes("replaces") ? "and puts its own role in place of the token's" : "so the policy compares with NULL there"}.`;
    },
  },
  {
    when: ({ v2 }) => v2.diagnosis.fix?.text === ROLE_FIX.text,
    text: ({ v1, v2 }) =>
      `The policy names a role: requests run as ${v1.diagnosis.request.role ?? "nobody"} on v1 and as ${v2.diagnosis.request.role ?? "nobody"} on v2.`,
  },
  {
    when: ({ v1, v2 }) => starts(v2, "grants.") && (isOk(code(v1)) || starts(v1, "policies.")),
    text: () =>
      "On v1 a new table comes with all privileges for every role; on v2 with SELECT alone, and the rest needs a GRANT.",
  },
  {
    when: ({ v1, v2 }) => code(v1) === "ok.view-bypasses-rls" || code(v2) === "policies.view-owner",
    text: () =>
      "A view without security_invoker reads as its owner: the superuser on v1, whom no policy binds; on v2 the project's owner role, which FORCE ROW LEVEL SECURITY binds and no policy names.",
  },
  {
    when: ({ v1, v2 }) => code(v1) === "ok.definer-bypasses-rls" || has(v2, "policies.definer-owner"),
    text: () =>
      "A SECURITY DEFINER function runs as its owner: the superuser on v1, whom no policy binds; on v2 the project's owner role, which FORCE ROW LEVEL SECURITY binds.",
  },
  {
    when: ({ v1, v2 }) => code(v1) === "sql.statement-timeout" && code(v2) !== "sql.statement-timeout",
    text: () =>
      "v1 sets no statement_timeout, so a function's own counts there, and a role's or the database's; on v2 the pre-request hook sets 15 s for every request after those, and the gateway gives up after 8 s.",
  },
  {
    when: ({ v1, v2 }) => ["upstream.timeout", "sql.statement-timeout"].includes(code(v2)) && isOk(code(v1)),
    text: () =>
      "v2's gateway gives up after 8 s, and its pre-request hook lets a statement run for 15 s; v1 sets neither.",
  },
  {
    when: ({ v1 }) => code(v1) === "ok.row-security-bypassed",
    text: ({ v1 }) =>
      `On v1 the request ran as ${v1.diagnosis.request.role}, whom no policy binds; v2 has no such role.`,
  },
  {
    when: ({ v1, v2 }) => code(v2) === "ok.profile-ignored" && code(v1) !== "ok.profile-ignored",
    text: () => "v1 honours Accept-Profile and Content-Profile; the v2 gateway writes its own over them.",
  },
  {
    when: ({ v1, v2 }) => code(v1) === "policies.other-role" || code(v2) === "policies.other-role",
    text: ({ v1, v2 }) =>
      `The request runs as ${v1.diagnosis.request.role ?? "nobody"} on v1 and as ${v2.diagnosis.request.role ?? "nobody"} on v2, and a policy is for one of them only.`,
  },
  {
    when: ({ v1, v2 }) => code(v1) === code(v2) && v1.trace.response.status !== v2.trace.response.status,
    text: () => "The cause is the same; PostgREST 12.0.2 (v1) and 12.2.12 (v2) answer it with different statuses.",
  },
  {
    when: ({ v1, v2 }) => isOk(code(v1)) && isOk(code(v2)),
    text: () =>
      "Nothing was refused in either mode. Each has a database of its own, so the rows, and what changed them since, may differ.",
  },
];

/** One or more sentences; what each side's diagnosis says closes them where it says something else. */
export function differenceReasons(sides: Sides): string[] {
  const found = reasons.find((reason) => reason.when(sides));
  const own = (["v1", "v2"] as const).map((mode) => `${mode}: ${sides[mode].diagnosis.title}`);
  return [...(found === undefined ? [] : [found.text(sides)]), ...own];
}
