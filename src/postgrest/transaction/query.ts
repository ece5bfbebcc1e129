/** The query phase: a plan becomes one transaction, and its rows a result or a refusal. */
import type { AuthResult } from "../auth/types.ts";
import type { EngineConfig } from "../config/types.ts";
import type { Dialect } from "../dialect.ts";
import type { PgrstError } from "../errors/pgrst-error.ts";
import type { ActionPlan } from "../plan/types.ts";
import { sentBody } from "../request/payload.ts";
import type { ApiRequest } from "../request/types.ts";
import type { IsolationLevel } from "../schema-cache/types.ts";
import { preQueries } from "../sql/pre-query.ts";
import { fill } from "../sql/snippet.ts";
import { type DatabasePlan, type MainStatements, mainStatement } from "../sql/statements.ts";
import { type Check, firstComplaint, rowChecks } from "./checks.ts";
import type { Pool } from "./pool.ts";
import { decodeResultSet, emptyResultSet, plannedRows } from "./result-set.ts";
import { runTransaction, type TransactionEnd, type TransactionRows, type TransactionStatement } from "./run.ts";
import type { DatabaseFailure, ResultSet, TransactionSettings } from "./types.ts";
import type { Row } from "./wire-reader.ts";

export interface QueryContext {
  readonly config: EngineConfig;
  readonly dialect: Dialect;
  readonly auth: AuthResult;
  readonly request: ApiRequest;
}

export interface PlannedQuery {
  readonly plan: DatabasePlan;
  /** Made when it is first asked for. @throws PgrstError the web server's 500 for what PostgREST falls over */
  prepared(): PreparedQuery;
}

/** What was sent, for the trace. */
export interface SentTransaction {
  readonly settings: TransactionSettings;
  readonly statements: readonly TransactionStatement[];
  readonly end: TransactionEnd | "depends";
}

export type QueryResult =
  | { readonly kind: "rows"; readonly result: ResultSet }
  /** EXPLAIN, as the plan media type asks for. */
  | { readonly kind: "explain"; readonly body: Buffer };

export type QueryOutcome =
  | { readonly kind: "result"; readonly result: QueryResult; readonly sent: SentTransaction }
  /** The rows were not what was asked for. */
  | { readonly kind: "refused"; readonly error: PgrstError; readonly sent: SentTransaction }
  | { readonly kind: "failed"; readonly failure: DatabaseFailure; readonly sent: SentTransaction };

/** What a plan comes to in SQL, whoever asks and whatever the body holds. */
export interface PreparedQuery extends MainStatements {
  readonly checks: readonly Check[];
}

export function prepareQuery(
  plan: DatabasePlan,
  config: EngineConfig,
  dialect: Dialect,
  request: Pick<ApiRequest, "preferences" | "topLevelRange">,
): PreparedQuery {
  return { ...mainStatement(plan, config, dialect, request), checks: rowChecks(plan, request, dialect) };
}

/**
 * Runs a read, a write or a call. Never rejects for what the database says.
 * @throws PgrstError the web server's 500 for a body with a value that is no UTF-8
 */
export async function runQuery(
  { plan, prepared }: PlannedQuery,
  context: QueryContext,
  pool: Pool,
): Promise<QueryOutcome> {
  const { config, request } = context;
  const body = sentBody(request.payload);
  const { main, count, checks } = prepared();
  const rollsBack = transactionEnd(config, request) === "rollback";
  const before = contextStatements(plan, context);
  const mainIndex = before.length;
  const statements: TransactionStatement[] = [
    ...before,
    { role: "main", statement: fill(main, body), format: "binary" },
  ];
  // Deferred constraints would be checked at COMMIT, which does not come.
  if (rollsBack) statements.push({ role: "constraints", statement: deferredConstraints, format: "text" });
  if (count !== undefined) statements.push({ role: "count", statement: fill(count, body), format: "text" });

  const decode = (rows: TransactionRows): QueryResult => decodeMain(plan, rows[mainIndex] ?? []);
  const complaint = (rows: TransactionRows): PgrstError | null => {
    const decoded = decode(rows);
    return decoded.kind === "rows" ? firstComplaint(checks, decoded.result.queryTotal) : null;
  };
  const settings = { isolation: isolationLevel(plan, context), readOnly: plan.mode === "read" };
  // A read leaves nothing behind that a rollback would take away, so it need not wait for the verdict.
  const decides = checks.length > 0 && !rollsBack && plan.mode === "write";
  const end = rollsBack ? "rollback" : decides ? endAfter(complaint) : "commit";
  const sent: SentTransaction = { settings, statements, end: typeof end === "string" ? end : "depends" };

  const { rows, failure } = await runTransaction(pool, {
    settings,
    statements,
    end,
    prepared: config.dbPreparedStatements,
  });
  if (failure !== null && !(checksComeFirst(plan) && answeredMain(failure))) return { kind: "failed", failure, sent };
  const error = complaint(rows);
  if (error !== null) return { kind: "refused", error, sent };
  if (failure !== null) return { kind: "failed", failure, sent };
  const result = decode(rows);
  return { kind: "result", result: withTotal(result, rows[statements.length - 1], context, count !== undefined), sent };
}

/** Settings, role and the pre-request function. */
export function contextStatements(plan: ActionPlan, context: QueryContext): readonly TransactionStatement[] {
  const { config, dialect, auth, request } = context;
  return preQueries(plan, config, dialect, auth, request).map((statement, index) => ({
    role: index === 0 ? "context" : "pre-request",
    statement,
    format: "text",
  }));
}

function transactionEnd(config: EngineConfig, request: ApiRequest): TransactionEnd {
  const { transaction } = request.preferences;
  if (transaction === "rollback") return "rollback";
  return config.dbTxRollbackAll && transaction !== "commit" ? "rollback" : "commit";
}

/** A function's own level goes before the role's. */
export function isolationLevel(plan: ActionPlan, { config, auth }: QueryContext): IsolationLevel {
  const own = plan.kind === "call" ? plan.routine.isolationLevel : null;
  return own ?? config.roleIsolationLevels.get(auth.role) ?? "read committed";
}

const deferredConstraints = { text: "SET CONSTRAINTS ALL IMMEDIATE", values: [] };

const endAfter =
  (complaint: (rows: TransactionRows) => PgrstError | null) =>
  (rows: TransactionRows): TransactionEnd =>
    complaint(rows) === null ? "commit" : "rollback";

/** Writes and reads look at the rows before deferred constraints, calls after them. */
const checksComeFirst = (plan: DatabasePlan): boolean => plan.kind !== "call";

const answeredMain = (failure: DatabaseFailure): boolean =>
  failure.kind === "server" && (failure.statement === "constraints" || failure.statement === "count");

function decodeMain(plan: DatabasePlan, rows: readonly Row[]): QueryResult {
  if (plan.media.kind === "plan") {
    const lines = rows.map(([line]) => Buffer.concat([line ?? Buffer.alloc(0), Buffer.from("\n")]));
    return { kind: "explain", body: Buffer.concat(lines) };
  }
  const [row] = rows;
  if (row === undefined) return { kind: "rows", result: emptyResultSet(plan.kind === "call" ? 0n : null) };
  return { kind: "rows", result: decodeResultSet(row, plan.kind === "mutate") };
}

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
