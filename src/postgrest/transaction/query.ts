/** The query phase: a transaction is run, and its rows become a result or a refusal. */
import type { PgrstError } from "../errors/pgrst-error.ts";
import type { DatabasePlan } from "../sql/statements.ts";
import type { CallersQuery, QueryContext, QueryResult } from "./compose.ts";
import type { ComposedQuery } from "./composed-query.ts";
import type { Pool } from "./pool.ts";
import { plannedRows } from "./result-set.ts";
import { runTransaction, type TransactionResult } from "./run.ts";
import type { DatabaseFailure } from "./types.ts";
import type { Row } from "./wire-reader.ts";

export type QueryOutcome =
  | { readonly kind: "result"; readonly result: QueryResult }
  /** The rows were not what was asked for. */
  | { readonly kind: "refused"; readonly error: PgrstError }
  | { readonly kind: "failed"; readonly failure: DatabaseFailure };

export interface ExecutedQuery {
  readonly kind: "query";
  readonly plan: DatabasePlan;
  readonly query: ComposedQuery;
  readonly outcome: QueryOutcome;
}

/** Runs a read, a write or a call. Never rejects for what the database says. */
export async function runQuery(query: ComposedQuery, context: QueryContext, pool: Pool): Promise<ExecutedQuery> {
  const result = await runTransaction(pool, query.transaction());
  return { kind: "query", plan: query.query.plan, query, outcome: outcomeOf(query.query, result, context) };
}

function outcomeOf(query: CallersQuery, { rows, failure }: TransactionResult, context: QueryContext): QueryOutcome {
  const { plan, countsLast } = query;
  if (failure !== null && !(checksComeFirst(plan) && answeredMain(failure))) return { kind: "failed", failure };
  const result = query.decode(rows);
  const error = query.complaint(result);
  if (error !== null) return { kind: "refused", error };
  if (failure !== null) return { kind: "failed", failure };
  return { kind: "result", result: withTotal(result, rows.at(-1), context, countsLast) };
}

/** Writes and reads look at the rows before deferred constraints, calls after them. */
const checksComeFirst = (plan: DatabasePlan): boolean => plan.kind !== "call";

const answeredMain = (failure: DatabaseFailure): boolean =>
  failure.kind === "server" && (failure.statement === "constraints" || failure.statement === "count");

/** Puts the planner's guess in the total's place, where it was asked for. */
function withTotal(
  result: QueryResult,
  rows: readonly Row[] | undefined,
  { config, request }: QueryContext,
  planned: boolean,
): QueryResult {
  if (result.kind !== "rows" || !planned) return result;
  const guess = plannedRows(rows?.[0]);
  const { tableTotal } = result.result;
  if (request.preferences.count === "planned") return { kind: "rows", result: { ...result.result, tableTotal: guess } };
  const surpassed = tableTotal !== null && (config.dbMaxRows === null || tableTotal > config.dbMaxRows);
  if (!surpassed || guess === null || guess <= tableTotal) return result;
  return { kind: "rows", result: { ...result.result, tableTotal: guess } };
}
