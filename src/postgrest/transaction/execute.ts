/** Runs whatever a plan needs from the database; OPTIONS needs nothing. */
import type { ActionPlan } from "../plan/types.ts";
import type { InfoPlan } from "../response/info.ts";
import type { SchemaCache } from "../schema-cache/types.ts";
import type { DatabasePlan } from "../sql/statements.ts";
import type { QueryContext } from "./compose.ts";
import { type InspectOutcome, runInspection } from "./inspect.ts";
import { PlannedQuery } from "./planned-query.ts";
import type { Pool } from "./pool.ts";
import { type ExecutedQuery, runQuery } from "./query.ts";

type InspectPlan = Extract<ActionPlan, { kind: "inspect" }>;

/** A plan, with its SQL where it comes to a main statement. */
export type Planned = PlannedQuery | { readonly plan: Exclude<ActionPlan, DatabasePlan> };

/** A plan with what came of it. */
export type Executed =
  | ExecutedQuery
  | { readonly kind: "inspection"; readonly plan: InspectPlan; readonly outcome: InspectOutcome }
  | { readonly kind: "info"; readonly plan: InfoPlan };

/** Never rejects for what the database says; that is an outcome. @throws PgrstError see `PlannedQuery.compose` */
export function execute(
  planned: Planned,
  context: QueryContext,
  cache: SchemaCache,
  pool: Pool,
): Executed | Promise<Executed> {
  if (planned instanceof PlannedQuery) return runQuery(planned.compose(context), context, pool);
  const { plan } = planned;
  if (plan.kind !== "inspect") return { kind: "info", plan };
  return runInspection(plan, context, cache, pool).then((outcome) => ({ kind: "inspection", plan, outcome }));
}
