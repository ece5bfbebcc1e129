/** From a plan to the transaction that is sent: what is set beforehand, the main statement, and how its rows are read. */
import type { AuthResult } from "../auth/types.ts";
import type { EngineConfig } from "../config/types.ts";
import type { Dialect } from "../dialect.ts";
import type { PgrstError } from "../errors/pgrst-error.ts";
import type { ActionPlan } from "../plan/types.ts";
import type { ApiRequest } from "../request/types.ts";
import type { IsolationLevel } from "../schema-cache/types.ts";
import { preQueries } from "../sql/pre-query.ts";
import { fill, type Statement } from "../sql/snippet.ts";
import type { DatabasePlan, MainStatements } from "../sql/statements.ts";
import { type Check, firstComplaint } from "./checks.ts";
import { decodeResultSet, emptyResultSet } from "./result-set.ts";
import type { TransactionEnd, TransactionRequest, TransactionRows, TransactionStatement } from "./run.ts";
import type { ResultSet } from "./types.ts";
import type { Row } from "./wire-reader.ts";

export interface QueryContext {
  readonly config: EngineConfig;
  readonly dialect: Dialect;
  readonly auth: AuthResult;
  readonly request: ApiRequest;
}

/** What was sent, for the trace. */
export type SentTransaction = {
  readonly role: string;
  readonly isolation: IsolationLevel;
  readonly readOnly: boolean;
  readonly end: TransactionEnd | "depends";
  readonly statements: readonly TransactionStatement[];
};

export type QueryResult =
  | { readonly kind: "rows"; readonly result: ResultSet }
  /** EXPLAIN, as the plan media type asks for. */
  | { readonly kind: "explain"; readonly body: Buffer };

export interface ComposedQuery {
  readonly plan: DatabasePlan;
  readonly transaction: TransactionRequest;
  readonly sent: SentTransaction;
  /** Whether the last statement asks for the planner's guess. */
  readonly countsLast: boolean;
  decode(rows: TransactionRows): QueryResult;
  /** What is wrong with the number of rows; null where nothing is. */
  complaint(result: QueryResult): PgrstError | null;
}

/** What a plan comes to in SQL, whoever asks and whatever the body holds. */
export interface PreparedQuery extends MainStatements {
  readonly checks: readonly Check[];
}

/** @param before what `contextStatements` gave */
export function composeQuery(
  plan: DatabasePlan,
  { main, count, checks }: PreparedQuery,
  before: readonly TransactionStatement[],
  body: Buffer,
  context: QueryContext,
): ComposedQuery {
  const { config, request, auth } = context;
  const rollsBack = transactionEnd(config, request) === "rollback";
  const filled = fill(main, body);
  // By `concat`, as a spread leaves room for a dozen more, and traces keep the list.
  const statements = before.concat({ role: "main", text: filled.text, parameters: filled.values, format: "binary" });
  // Deferred constraints would be checked at COMMIT, which does not come.
  if (rollsBack) statements.push(deferredConstraints);
  if (count !== undefined) statements.push({ role: "count", ...sending(fill(count, body)), format: "text" });

  const decode = (rows: TransactionRows): QueryResult => decodeMain(plan, rows[before.length] ?? []);
  const complaint = (result: QueryResult): PgrstError | null =>
    result.kind === "rows" ? firstComplaint(checks, result.result.queryTotal) : null;
  const settings = { isolation: isolationLevel(plan, context), readOnly: plan.mode === "read" };
  // A read leaves nothing behind that a rollback would take away, so it need not wait for the verdict.
  const decides = checks.length > 0 && !rollsBack && plan.mode === "write";
  const endAfter = (rows: TransactionRows): TransactionEnd =>
    complaint(decode(rows)) === null ? "commit" : "rollback";
  const end = rollsBack ? "rollback" : decides ? endAfter : "commit";
  return {
    plan,
    transaction: { settings, statements, end, prepared: config.dbPreparedStatements },
    sent: { role: auth.role, ...settings, end: typeof end === "string" ? end : "depends", statements },
    countsLast: count !== undefined,
    decode,
    complaint,
  };
}

/** Settings, role and the pre-request function. */
export function contextStatements(plan: ActionPlan, context: QueryContext): readonly TransactionStatement[] {
  const { config, dialect, auth, request } = context;
  return preQueries(plan, config, dialect, auth, request).map((statement, index) => ({
    role: index === 0 ? "context" : "pre-request",
    ...sending(statement),
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

const sending = ({ text, values }: Statement) => ({ text, parameters: values });

const deferredConstraints: TransactionStatement = {
  role: "constraints",
  text: "SET CONSTRAINTS ALL IMMEDIATE",
  parameters: [],
  format: "text",
};

function decodeMain(plan: DatabasePlan, rows: readonly Row[]): QueryResult {
  if (plan.media.kind === "plan") {
    const lines = rows.map((row) => Buffer.concat([row.values()[0] ?? Buffer.alloc(0), Buffer.from("\n")]));
    return { kind: "explain", body: Buffer.concat(lines) };
  }
  const [row] = rows;
  if (row === undefined) return { kind: "rows", result: emptyResultSet(plan.kind === "call" ? 0n : null) };
  return { kind: "rows", result: decodeResultSet(row, plan.kind === "mutate") };
}
