import { listed, quoteName } from "../../words.ts";
import { comparesRole, type RoleRead } from "../compares-role.ts";
import { migrationRole, policyName, policySource, tableName } from "../naming.ts";
import type { LintCatalog, LintFinding, LintPolicy, LintRule } from "../types.ts";

/**
 * On v2 every request runs as the tenant's role. On v1 a token may name any role, so only service_role is certain: it has
 * BYPASSRLS and is asked no policy.
 */
export const policyRoleNeverUsed: LintRule = {
  code: "policy-role-never-used",
  check: (catalog) =>
    catalog.policies.flatMap((policy): LintFinding[] => {
      if (catalog.mode === "v2" && comparesRole(policy, CURRENT_USER)) return [otherUser(policy, catalog)];
      const reason = whyNever(policy, catalog);
      if (reason === undefined) return [];
      const shown = tableName(policy.table, catalog);
      const role = migrationRole(catalog.names.userRole, catalog);
      return [
        {
          code: "policy-role-never-used",
          severity: "error",
          object: policyName(policy, catalog),
          message: `Is TO ${listed(policy.roles.map(quoteName))}, and no request is subject to it.`,
          reason,
          fix: {
            text: `Make it TO ${role}: drop it and create it again.`,
            sql: `drop policy ${quoteName(policy.name)} on ${shown};\ncreate policy ${quoteName(policy.name)} on ${shown} … to ${role} …;`,
          },
          ...policySource(policy, catalog),
        },
      ];
    }),
};

const otherUser = (policy: LintPolicy, catalog: LintCatalog): LintFinding => ({
  code: "policy-role-never-used",
  severity: "error",
  object: policyName(policy, catalog),
  message: `Compares the role of the request with one that v2 does not have: it is ${catalog.names.userRole} for every user.`,
  reason: `On v2 every request runs as ${catalog.names.userRole}, whatever role its token names.`,
  fix: { text: "Leave the comparison out: TO authenticated says the same, and a push adapts it." },
  ...policySource(policy, catalog),
});

/** `current_user = 'authenticated'`, and the like. */
const CURRENT_USER: RoleRead = {
  inExpression: ({ functions }) => functions.some((name) => NAMES.has(name)),
  inBody: /\b(?:current_user|current_role|session_user)\b/i,
};

const NAMES = new Set(["current_user", "current_role", "user", "session_user"]);

function whyNever(policy: LintPolicy, { mode, names, roles }: LintCatalog): string | undefined {
  if (roles.some((role) => policy.appliesTo.includes(role))) return undefined;
  // Functions and views that run as the owner are under row security too, and such a policy is how they see rows.
  if (policy.roles.includes(names.ownerRole)) return undefined;
  if (mode === "v2") return `On v2 every request runs as ${names.userRole}, whatever role its token names.`;
  const { serviceRole } = names;
  if (serviceRole === undefined || !policy.roles.every((role) => role === serviceRole)) return undefined;
  return `${serviceRole} has BYPASSRLS: row security never asks it a policy.`;
}
