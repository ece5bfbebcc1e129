/** One mistake, two names: what lint says of a project is what `why` says of the request that runs into it. */
import type { DiagnosisCode } from "../codes.ts";

/** By lint's code. Null: no request is answered otherwise for it. */
export const metAs: Readonly<Record<string, readonly DiagnosisCode[] | null>> = {
  "rls-off": null,
  "rls-without-policy": ["policies.no-policy"],
  "policy-without-grant": ["grants.table", "grants.column", "grants.returning"],
  "grant-without-policy": ["policies.other-command", "policies.returning"],
  "policy-only-restrictive": ["policies.only-restrictive"],
  "policy-without-expression": ["policies.no-expression"],
  "policy-role-never-used": ["policies.other-role"],
  "policy-dropped-claim": ["policies.claim-dropped", "policies.claim-missing"],
  "policy-legacy-claim": ["policies.legacy-claim"],
  "policy-uuid-text": ["policies.uuid-text", "policies.uuid-cast"],
  "policy-idle-comparison": null,
  "policy-recursion": ["policies.recursion"],
  "policy-function-without-execute": ["grants.policy-function"],
  "policy-table-without-select": ["grants.policy-table"],
  "policy-opens-all": ["ok.wide-policy"],
  "policy-write-always-true": null,
  "view-security-definer": ["policies.view-owner", "ok.view-bypasses-rls"],
  "view-table-without-select": ["grants.table"],
  "function-security-definer": ["policies.definer-owner", "ok.definer-bypasses-rls"],
  "function-search-path": null,
  "function-needs-privilege": ["grants.function-body", "policies.other-command"],
  "sequence-without-usage": ["grants.sequence"],
  "default-without-execute": ["grants.function"],
  "table-outside-schema": ["schema.other-schema"],
  "name-absorbed": ["edge.absorbed"],
  "role-not-rewritten": null,
  "policy-unindexed-column": null,
  "policy-call-per-row": null,
};
