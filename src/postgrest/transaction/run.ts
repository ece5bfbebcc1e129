/**
 * One transaction, normally in one round trip: BEGIN, the statements and COMMIT or ROLLBACK leave in one write. Only where
 * the end depends on the result (an object asked for and two rows written, say) does a second trip carry it.
 */
import type { IsolationLevel } from "../schema-cache/types.ts";
import { type Connection, ConnectionError, type PipelineResult, type PipelineStatement } from "./connection.ts";
import type { Pool } from "./pool.ts";
import type { DatabaseFailure, StatementRole, TransactionSettings } from "./types.ts";
import type { Row } from "./wire-reader.ts";

export interface TransactionStatement extends PipelineStatement {
  readonly role: StatementRole;
}

export type TransactionEnd = "commit" | "rollback";

/** Rows by statement, in the order given. */
export type TransactionRows = ReadonlyArray<readonly Row[]>;

export interface TransactionRequest {
  readonly settings: TransactionSettings;
  readonly statements: readonly TransactionStatement[];
  /** Known beforehand, or decided by the rows, which costs a second trip. */
  readonly end: TransactionEnd | ((rows: TransactionRows) => TransactionEnd);
  /** `db-prepared-statements` */
  readonly prepared: boolean;
}

export interface TransactionResult {
  /** After a failure, the rows of the statements before it. */
  readonly rows: TransactionRows;
  readonly failure: DatabaseFailure | null;
}

/**
 * PostgREST repeats a transaction for ever on a serialization failure, and so never answers when a function raises 40001 by
 * itself. Here the tenth failure is the answer.
 */
const SERIALIZATION_ATTEMPTS = 10;
const SERIALIZATION_FAILURE = "40001";

export async function runTransaction(pool: Pool, request: TransactionRequest): Promise<TransactionResult> {
  let connection: Connection | undefined;
  try {
    connection = await pool.acquire();
    return await runOn(connection, request);
  } catch (error) {
    if (error instanceof ConnectionError) return { rows: [], failure: error.failure };
    throw error;
  } finally {
    if (connection !== undefined) giveBack(pool, connection);
  }
}

function giveBack(pool: Pool, connection: Connection): void {
  if (connection.isOpen && connection.inTransaction) cleanUp(pool, connection);
  else pool.release(connection);
}

/** Ends a failed transaction after the answer is known, so that the client does not wait for it. */
function cleanUp(pool: Pool, connection: Connection): void {
  connection
    .run([ends.rollback], false)
    .catch(() => connection.close())
    .finally(() => pool.release(connection));
}

async function runOn(connection: Connection, request: TransactionRequest): Promise<TransactionResult> {
  const { settings, statements, end, prepared } = request;
  const begin = begins[settings.isolation][settings.readOnly ? "reads" : "writes"];
  const pipeline = typeof end === "string" ? [begin, ...statements, ends[end]] : [begin, ...statements];
  let reprepared = false;
  for (let attempt = 1; ; attempt += 1) {
    let result = toResult(await connection.run(pipeline, prepared), statements);
    if (typeof end !== "string" && result.failure === null) {
      result = await endAs(end(result.rows), result, connection, prepared);
    }
    if (result.failure?.kind !== "server" || !connection.isOpen) return result;
    const { sqlState, message } = result.failure.error;
    if (!reprepared && isStalePlan(sqlState, message)) {
      reprepared = true;
      await rollback(connection);
      await connection.forgetPrepared();
      continue;
    }
    if (sqlState !== SERIALIZATION_FAILURE || attempt >= SERIALIZATION_ATTEMPTS) return result;
    await rollback(connection);
  }
}

async function endAs(
  end: TransactionEnd,
  result: TransactionResult,
  connection: Connection,
  prepared: boolean,
): Promise<TransactionResult> {
  const { failed } = await connection.run([ends[end]], prepared);
  if (failed === null) return result;
  return { rows: result.rows, failure: { kind: "server", error: failed.error, statement: "end" } };
}

function toResult(result: PipelineResult, statements: readonly TransactionStatement[]): TransactionResult {
  const rows = result.rows.slice(1, statements.length + 1);
  if (result.failed === null) return { rows, failure: null };
  const { index, error } = result.failed;
  const statement = index === 0 ? "begin" : (statements[index - 1]?.role ?? "end");
  return { rows, failure: { kind: "server", error, statement } };
}

async function rollback(connection: Connection): Promise<void> {
  if (connection.inTransaction) await connection.run([ends.rollback], false);
}

/** A table was altered under a prepared statement, or a pooler in between has dropped it. */
function isStalePlan(sqlState: string, message: string): boolean {
  return sqlState === "26000" || (sqlState === "0A000" && message.includes("cached plan"));
}

const bare = (text: string): PipelineStatement => ({ text, parameters: [], format: "text" });

function begin(level: string): Readonly<Record<"reads" | "writes", PipelineStatement>> {
  const text = `BEGIN ISOLATION LEVEL ${level} READ`;
  return { reads: bare(`${text} ONLY`), writes: bare(`${text} WRITE`) };
}

const begins: Readonly<Record<IsolationLevel, ReturnType<typeof begin>>> = {
  "read committed": begin("READ COMMITTED"),
  "repeatable read": begin("REPEATABLE READ"),
  serializable: begin("SERIALIZABLE"),
};

const ends: Readonly<Record<TransactionEnd, PipelineStatement>> = {
  commit: bare("COMMIT"),
  rollback: bare("ROLLBACK"),
};
