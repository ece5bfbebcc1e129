/** From a plan to the transaction that is sent: what is set beforehand, the main statement, and how its rows are read. */
import type { AuthResult } from "../auth/types.ts";
import type { EngineConfig } from "../config/types.ts";
import type { Dialect } from "../dialect.ts";
import type { PgrstError } from "../errors/pgrst-error.ts";
import type { ActionPlan } from "../plan/types.ts";
import type { ApiRequest } from "../request/types.ts";
import type { IsolationLevel } from "../schema-cache/types.ts";
import { preQueries } from "../sql/pre-query.ts";
import { fill, type Given, type Statement } from "../sql/snippet.ts";
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
  /** For the marks of a plan that was made for a marked query. */
  readonly values?: Given["values"] | undefined;
}

/** What was sent, for the trace. */
export interface SentTransaction {
  readonly role: string;
  readonly isolation: IsolationLevel;
  readonly readOnly: boolean;
  readonly end: TransactionEnd | "depends";
  readonly statements: readonly TransactionStatement[];
}

export type QueryResult =
  | { readonly kind: "rows"; readonly result: ResultSet }
  /** EXPLAIN, as the plan media type asks for. */
  | { readonly kind: "explain"; readonly body: Buffer };

/** What a plan comes to in SQL, whoever asks and whatever a request gives. */
export interface PreparedQuery extends MainStatements {
  readonly checks: readonly Check[];
}

/** What a plan comes to for one caller, whatever a request gives. */
export class CallersQuery {
  readonly plan: DatabasePlan;
  readonly role: string;
  /** Whether the last statement asks for the planner's guess. */
  readonly countsLast: boolean;
  readonly #prepared: PreparedQuery;
  readonly #before: readonly TransactionStatement[];
  readonly #settings: TransactionRequest["settings"];
  readonly #end: TransactionRequest["end"];
  readonly #keepsPrepared: boolean;

  constructor(plan: DatabasePlan, prepared: PreparedQuery, context: QueryContext) {
    const { config, request, auth } = context;
    this.plan = plan;
    this.role = auth.role;
    this.countsLast = prepared.count !== undefined;
    this.#prepared = prepared;
    this.#before = contextStatements(plan, context);
    this.#settings = { isolation: isolationLevel(plan, context), readOnly: plan.mode === "read" };
    const rollsBack = transactionEnd(config, request) === "rollback";
    // A read leaves nothing behind that a rollback would take away, so it need not wait for the verdict.
    const decides = prepared.checks.length > 0 && !rollsBack && plan.mode === "write";
    this.#end = rollsBack ? "rollback" : decides ? (rows) => this.#endAfter(rows) : "commit";
    this.#keepsPrepared = config.dbPreparedStatements;
  }

  transaction(given: Given): TransactionRequest {
    const statements = this.#statements(given);
    return { settings: this.#settings, statements, end: this.#end, prepared: this.#keepsPrepared };
  }

  get end(): SentTransaction["end"] {
    return typeof this.#end === "string" ? this.#end : "depends";
  }

  sent(given: Given): SentTransaction {
    return { role: this.role, ...this.#settings, end: this.end, statements: this.#statements(given) };
  }

  #statements(given: Given): readonly TransactionStatement[] {
    const { main, count } = this.#prepared;
    const filled = fill(main, given);
    const statements = this.#before.concat({
      role: "main",
      text: filled.text,
      parameters: filled.values,
      format: "binary",
    });
    // Deferred constraints would be checked at COMMIT, which does not come.
    if (this.#end === "rollback") statements.push(deferredConstraints);
    if (count !== undefined) statements.push({ role: "count", ...sending(fill(count, given)), format: "text" });
    return statements;
  }

  #endAfter(rows: TransactionRows): TransactionEnd {
    return this.complaint(this.decode(rows)) === null ? "commit" : "rollback";
  }

  decode(rows: TransactionRows): QueryResult {
    return decodeMain(this.plan, rows[this.#before.length] ?? []);
  }

  /** What is wrong with the number of rows; null where nothing is. */
  complaint(result: QueryResult): PgrstError | null {
    return result.kind === "rows" ? firstComplaint(this.#prepared.checks, result.result.queryTotal) : null;
  }
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
