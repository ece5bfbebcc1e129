import { modes } from "../../../project/mode/mode.ts";
import { listed } from "../../words.ts";
import { comparesRole, type RoleRead } from "../compares-role.ts";
import { policyName, policySource } from "../naming.ts";
import type { LintCatalog, LintFinding, LintPolicy, LintRule } from "../types.ts";

/** The bridge token's own claims are there on v2 as well, whatever the app sent. */
const BRIDGE = ["role", "tenant_id", "iat", "nbf", "exp"];

/** Every other claim is NULL in SQL on v2. */
export const policyDroppedClaim: LintRule = {
  code: "policy-dropped-claim",
  mode: "v2",
  check: (catalog) =>
    catalog.policies.flatMap((policy): LintFinding[] => {
      if (comparesRole(policy, CLAIM)) return [replacedRole(policy, catalog)];
      const kept = new Set([...(modes.v2.tokens.keptClaims ?? []), ...BRIDGE]);
      const dropped = policy.claims.filter((claim) => !kept.has(claim));
      if (dropped.length === 0) return [];
      const plural = dropped.length > 1;
      return [
        {
          code: "policy-dropped-claim",
          severity: "error",
          object: policyName(policy, catalog),
          message: `Reads the claim${plural ? "s" : ""} ${listed(dropped)}, which the v2 gateway drops: NULL in SQL, and NULL lets no row pass.`,
          reason: `Of an app's token the v2 gateway passes on ${listed(modes.v2.tokens.keptClaims ?? [])} and nothing else.`,
          fix: { text: "Keep what the claim says in a table, keyed by the user's id, and look there in the policy." },
          ...policySource(policy, catalog),
        },
      ];
    }),
};

/** The claim `role` compared with a role's name that v2 never puts there. */
const CLAIM: RoleRead = {
  inExpression: ({ claims, members }) => [...claims, ...members.map(({ key }) => key)].includes("role"),
  inBody: /request\.jwt\.claims[^;]*'role'/i,
};

function replacedRole(policy: LintPolicy, catalog: LintCatalog): LintFinding {
  return {
    code: "policy-dropped-claim",
    severity: "error",
    object: policyName(policy, catalog),
    message: `Compares the claim role, in whose place the v2 gateway puts ${catalog.names.userRole} for every user.`,
    reason: "The role of a request on v2 is the project's own, whatever the token says.",
    fix: { text: "Leave the claim out: TO authenticated says the same, and a push adapts it." },
    ...policySource(policy, catalog),
  };
}
