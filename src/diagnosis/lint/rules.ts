/** Every mistake lint looks for, in the order it tells them. */
import { defaultWithoutExecute } from "./rules/default-without-execute.ts";
import { functionNeedsPrivilege } from "./rules/function-needs-privilege.ts";
import { functionSearchPath } from "./rules/function-search-path.ts";
import { functionSecurityDefiner } from "./rules/function-security-definer.ts";
import { grantWithoutPolicy } from "./rules/grant-without-policy.ts";
import { functionIdleComparison, policyIdleComparison } from "./rules/idle-comparison.ts";
import { nameAbsorbed } from "./rules/name-absorbed.ts";
import { policyCallPerRow } from "./rules/policy-call-per-row.ts";
import { policyDroppedClaim } from "./rules/policy-dropped-claim.ts";
import { policyLegacyClaim } from "./rules/policy-legacy-claim.ts";
import { policyFunctionWithoutExecute, policyTableWithoutSelect } from "./rules/policy-needs-privilege.ts";
import { policyOnlyRestrictive } from "./rules/policy-only-restrictive.ts";
import { policyOpensAll, policyWriteAlwaysTrue } from "./rules/policy-opens-all.ts";
import { policyRecursion } from "./rules/policy-recursion.ts";
import { policyRoleNeverUsed } from "./rules/policy-role-never-used.ts";
import { policyUnindexedColumn } from "./rules/policy-unindexed-column.ts";
import { policyUuidText } from "./rules/policy-uuid-text.ts";
import { policyWithoutExpression } from "./rules/policy-without-expression.ts";
import { policyWithoutGrant } from "./rules/policy-without-grant.ts";
import { rlsOff } from "./rules/rls-off.ts";
import { rlsWithoutPolicy } from "./rules/rls-without-policy.ts";
import { roleNotRewritten } from "./rules/role-not-rewritten.ts";
import { sequenceWithoutUsage } from "./rules/sequence-without-usage.ts";
import { settingWithoutEffect } from "./rules/setting-without-effect.ts";
import { tableOutsideSchema } from "./rules/table-outside-schema.ts";
import { viewSecurityDefiner } from "./rules/view-security-definer.ts";
import { viewTableWithoutSelect } from "./rules/view-table-without-select.ts";
import type { LintRule } from "./types.ts";

export const lintRules: readonly LintRule[] = [
  rlsOff,
  rlsWithoutPolicy,
  policyWithoutGrant,
  grantWithoutPolicy,
  policyOnlyRestrictive,
  policyWithoutExpression,
  policyRoleNeverUsed,
  policyDroppedClaim,
  policyLegacyClaim,
  policyUuidText,
  policyIdleComparison,
  policyRecursion,
  policyFunctionWithoutExecute,
  policyTableWithoutSelect,
  policyOpensAll,
  policyWriteAlwaysTrue,
  viewSecurityDefiner,
  viewTableWithoutSelect,
  functionSecurityDefiner,
  functionSearchPath,
  functionIdleComparison,
  functionNeedsPrivilege,
  settingWithoutEffect,
  sequenceWithoutUsage,
  defaultWithoutExecute,
  tableOutsideSchema,
  nameAbsorbed,
  roleNotRewritten,
  policyUnindexedColumn,
  policyCallPerRow,
];
