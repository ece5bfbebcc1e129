import { uuidFix } from "../../policies/uuid-fix.ts";
import { type Leaf, leavesOf } from "../../predicates.ts";
import { functionName, policyName, policySource, tableName } from "../naming.ts";
import type { LintCatalog, LintFinding, LintFunction, LintPolicy, LintRelation, LintRule } from "../types.ts";

/** `auth.uid()` is text and holds ids such as `user_2x…`. Without a cast Postgres refuses such a policy already (42883). */
export const policyUuidText: LintRule = {
  code: "policy-uuid-text",
  check: (catalog) =>
    catalog.policies.flatMap((policy): LintFinding[] => {
      const column = comparedUuid(policy);
      const casts = policy.clauses.some(({ predicate: { facts } }) => facts.castsToUuid && readsUser(facts));
      const helper = policy.functions.find(({ body }) => CASTS_USER.test(body));
      if (helper !== undefined && !casts) return [castingHelper(policy, helper, catalog)];
      if (column === undefined && !casts) return [];
      const words = {
        show: (relation: Pick<LintRelation, "schema" | "name">) => tableName(relation, catalog),
        grantee: (role: string) => (role === catalog.names.userRole && catalog.mode === "v2" ? "authenticated" : role),
      };
      return [
        {
          code: "policy-uuid-text",
          severity: "error",
          object: policyName(policy, catalog),
          message: casts
            ? "Casts the user's id to uuid, which raises 22P02 for an id such as user_2x…: every request fails."
            : `Compares the uuid column ${column} with the user's id, which is no uuid: no row ever matches.`,
          reason: REASON,
          // The very remedy that `why` proposes to whoever runs into it.
          fix: uuidFix(words, policy.table, policy.clauses.map(({ text }) => text).join(" ")),
          ...policySource(policy, catalog),
        },
      ];
    }),
};

/** In a body, which may be of any language: `auth.uid()::uuid`, `(claims ->> 'sub')::uuid`, and the same by CAST. */
const CASTS_USER = /(?:auth\.uid\(\)|->>\s*'sub')(?:::text|\s*,\s*''(?:::text)?)?[\s)]*(?:::\s*|\bas\s+)uuid\b/i;

const castingHelper = (policy: LintPolicy, helper: LintFunction, catalog: LintCatalog): LintFinding => ({
  code: "policy-uuid-text",
  severity: "error",
  object: policyName(policy, catalog),
  message: `Calls ${functionName(helper, catalog)}, which casts the user's id to uuid and raises 22P02 for an id such as user_2x…: every request fails.`,
  reason: REASON,
  fix: { text: "Leave the cast out, let what the function returns be text, and store the owner's id as text." },
  ...policySource(policy, catalog),
});

const REASON = "auth.uid() returns the token's sub as text, and the identity provider's ids are not uuids.";

const readsUser = ({ functions, claims }: { functions: readonly string[]; claims: readonly string[] }): boolean =>
  functions.includes("auth.uid") || claims.includes("sub");

/** A column of type uuid on one side, the user's id on the other. */
function comparedUuid({ clauses, table }: LintPolicy): string | undefined {
  const uuids = new Set(table.columns.filter(({ type }) => type === "uuid").map(({ name }) => name));
  for (const { predicate } of clauses) {
    for (const { leaf } of leavesOf(predicate)) {
      const [column] = leaf === null ? [] : uuidColumns(leaf, uuids);
      if (column !== undefined) return column;
    }
  }
  return undefined;
}

function uuidColumns(leaf: Leaf, uuids: ReadonlySet<string>): string[] {
  if (leaf.kind !== "comparison") return [];
  const { left, right } = leaf;
  const named = (columns: readonly string[]) =>
    columns.map((name) => name.split(".").at(-1)!).filter((name) => uuids.has(name));
  if (readsUser(right.facts)) return named(left.facts.columns);
  return readsUser(left.facts) ? named(right.facts.columns) : [];
}
