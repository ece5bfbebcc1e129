/** v1 runs a request as whatever role the token names. What a role meets that is not of the API is the token's fault first. */
import type { Inquiry } from "./inquiry.ts";
import type { Findings } from "./types.ts";

/** Leaves findings of the API's own roles as they are. */
export function strangerFindings({ trace, role, names }: Inquiry, findings: Findings): Findings {
  const { finding } = findings;
  const own = [names.userRole, names.anonymousRole, "service_role"];
  const missing = finding.code.startsWith("grants.") || finding.code === "policies.other-role";
  if (trace.mode !== "v1" || own.includes(role) || !missing) return findings;
  const text = `Issue tokens with role: ${names.userRole}; only if ${role} is a role that users of the API should have, give it what it lacks.`;
  return {
    finding: {
      ...finding,
      because: [`The token's role is ${role}, and v1 runs the request as that role.`, ...finding.because],
      fix: { ...finding.fix, text },
    },
    also: findings.also,
  };
}
