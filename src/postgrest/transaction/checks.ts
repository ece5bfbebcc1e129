/** What PostgREST refuses once it sees how many rows a statement gave; the transaction is then rolled back. */
import type { Dialect } from "../dialect.ts";
import { maxAffectedViolation, offLimitsChanges, putMatchingPk, singularityError } from "../errors/catalogue.ts";
import type { PgrstError } from "../errors/pgrst-error.ts";
import { rangeLimit } from "../request/range.ts";
import type { ApiRequest } from "../request/types.ts";
import type { DatabasePlan } from "../sql/statements.ts";

export type Check = (rows: bigint) => PgrstError | null;

/** The checks of a plan, in PostgREST's order; empty when no count of rows can be wrong. */
export function rowChecks(
  plan: DatabasePlan,
  request: Pick<ApiRequest, "preferences" | "topLevelRange">,
  dialect: Dialect,
): readonly Check[] {
  if (plan.media.kind === "plan") return [];
  const checks: Check[] = [];
  if (plan.kind === "mutate" && plan.mutation === "single-upsert") {
    // The statement inserts nothing when key in URL and key in body differ. PUT answers an object anyway, so one suffices.
    return [(rows) => (rows === 1n ? null : putMatchingPk())];
  }
  if (plan.media.kind === "singular-json")
    checks.push((rows) => (rows === 1n ? null : singularityError(dialect, rows)));
  const changes = plan.kind === "mutate" && (plan.mutation === "update" || plan.mutation === "delete");
  const { maxAffected, handling } = request.preferences;
  if ((changes || plan.kind === "call") && maxAffected !== null && handling === "strict") {
    checks.push((rows) => (rows > maxAffected ? maxAffectedViolation(rows) : null));
  }
  const limit = rangeLimit(request.topLevelRange);
  if (changes && limit !== null) checks.push((rows) => (rows > limit ? offLimitsChanges(rows, limit) : null));
  return checks;
}

/** The first complaint, or null. */
export function firstComplaint(checks: readonly Check[], rows: bigint): PgrstError | null {
  for (const check of checks) {
    const complaint = check(rows);
    if (complaint !== null) return complaint;
  }
  return null;
}
