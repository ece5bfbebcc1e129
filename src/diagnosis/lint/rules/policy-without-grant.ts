import { listed } from "../../words.ts";
import { migrationRole, policyName, policySource, tableName } from "../naming.ts";
import type { LintCatalog, LintFinding, LintPolicy, LintRule, Privilege } from "../types.ts";

/**
 * Policies choose among rows; the table itself is opened by GRANT. A policy FOR ALL is common style where not every command
 * is meant, so it is taken at its word only where no write is granted at all, and even then reads go through it. On v1 all
 * comes granted: what is missing was taken away on purpose.
 */
export const policyWithoutGrant: LintRule = {
  code: "policy-without-grant",
  check: (catalog) =>
    catalog.policies.flatMap((policy): LintFinding[] => {
      const missing = missingPrivileges(policy, catalog);
      if (!policy.permissive || !policy.table.rowSecurity || missing.length === 0) return [];
      const readable = policy.command === "ALL" && !missing.includes("SELECT");
      if (readable && catalog.mode === "v1") return [];
      const roles = appliesTo(policy, catalog).map((role) => migrationRole(role, catalog));
      const shown = tableName(policy.table, catalog);
      const lacking = `${listed(roles, "or")} has no GRANT for ${listed(missing)} on ${shown}`;
      return [
        {
          code: "policy-without-grant",
          severity: readable ? "warning" : "error",
          object: policyName(policy, catalog),
          message: readable
            ? `${lacking}, so the policy is asked by reads alone: every write is 42501.`
            : `${lacking}, so the policy is never asked: the answer is 42501.`,
          reason:
            catalog.mode === "v2"
              ? "A policy grants nothing. On v2 a new table comes with SELECT alone; every other privilege needs a GRANT."
              : "A policy grants nothing; the privilege was revoked, and a policy does not give it back.",
          fix: {
            text: readable
              ? "Grant the writes that are meant; if none are, make the policy FOR SELECT."
              : "Grant the privilege, or drop the policy.",
            sql: `grant ${missing.join(", ").toLowerCase()} on ${shown} to ${roles.at(-1)};`,
          },
          ...policySource(policy, catalog),
        },
      ];
    }),
};

const appliesTo = (policy: LintPolicy, { roles }: LintCatalog): string[] =>
  roles.filter((role) => policy.appliesTo.includes(role));

function missingPrivileges(policy: LintPolicy, catalog: LintCatalog): Privilege[] {
  const roles = appliesTo(policy, catalog);
  if (roles.length === 0) return [];
  const held = new Set(roles.flatMap((role) => policy.table.privileges[role] ?? []));
  if (policy.command !== "ALL") return held.has(policy.command) ? [] : [policy.command];
  const writes = (["INSERT", "UPDATE", "DELETE"] as const).filter((privilege) => !held.has(privilege));
  return writes.length === 3 ? [...(held.has("SELECT") ? [] : ["SELECT" as const]), ...writes] : [];
}
