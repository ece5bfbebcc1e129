/** Runs whatever a plan needs from the database; OPTIONS needs nothing. */
import type { ActionPlan } from "../plan/types.ts";
import type { InfoPlan } from "../response/info.ts";
import type { SchemaCache } from "../schema-cache/types.ts";
import type { DatabasePlan } from "../sql/statements.ts";
import { type InspectOutcome, runInspection } from "./inspect.ts";
import type { Pool } from "./pool.ts";
import { type PlannedQuery, type QueryContext, type QueryOutcome, runQuery } from "./query.ts";

type InspectPlan = Extract<ActionPlan, { kind: "inspect" }>;

/** A plan with what came of it. */
export type Executed =
  | { readonly kind: "query"; readonly plan: DatabasePlan; readonly outcome: QueryOutcome }
  | { readonly kind: "inspection"; readonly plan: InspectPlan; readonly outcome: InspectOutcome }
  | { readonly kind: "info"; readonly plan: InfoPlan };

/** Never throws for what the database says; that is an outcome. */
export async function execute(
  planned: PlannedQuery | { readonly plan: Exclude<ActionPlan, DatabasePlan> },
  context: QueryContext,
  cache: SchemaCache,
  pool: Pool,
): Promise<Executed> {
  if ("prepared" in planned) {
    return { kind: "query", plan: planned.plan, outcome: await runQuery(planned, context, pool) };
  }
  const { plan } = planned;
  if (plan.kind === "inspect") {
    return { kind: "inspection", plan, outcome: await runInspection(plan, context, cache, pool) };
  }
  return { kind: "info", plan };
}
