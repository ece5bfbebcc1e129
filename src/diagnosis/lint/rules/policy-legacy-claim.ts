import { listed } from "../../words.ts";
import { policyName, policySource } from "../naming.ts";
import type { LintFinding, LintRule } from "../types.ts";

export const policyLegacyClaim: LintRule = {
  code: "policy-legacy-claim",
  check: (catalog) =>
    catalog.policies.flatMap((policy): LintFinding[] => {
      const { legacyClaims } = policy;
      if (legacyClaims.length === 0) return [];
      const subject = legacyClaims.every((claim) => claim === "sub");
      return [
        {
          code: "policy-legacy-claim",
          severity: "error",
          object: policyName(policy, catalog),
          message: `Reads ${listed(legacyClaims.map((claim) => `request.jwt.claim.${claim}`))}, which is never set: NULL for everybody.`,
          reason: "PostgREST 12 puts all claims as one JSON object into request.jwt.claims.",
          fix: {
            text: subject
              ? "Ask auth.uid()."
              : `Read it as current_setting('request.jwt.claims', true)::json ->> '${legacyClaims[0]}'.`,
          },
          ...policySource(policy, catalog),
        },
      ];
    }),
};
