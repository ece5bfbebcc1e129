/** What a request sends to Postgres and what comes back. */
import type { IsolationLevel } from "../schema-cache/types.ts";
import type { Statement } from "../sql/snippet.ts";

export interface TransactionSettings {
  readonly isolation: IsolationLevel;
  readonly readOnly: boolean;
}

/** Standard result of every main statement. */
export interface ResultSet {
  /** Count of all rows, where asked for. */
  readonly tableTotal: bigint | null;
  /** Count of the rows of this page. */
  readonly queryTotal: bigint;
  /** `Location` of a single inserted row, as (column, `eq.value`) pairs. */
  readonly location: ReadonlyArray<readonly [string, string]>;
  readonly body: Buffer;
  /** `response.headers` and `response.status` as set by SQL. */
  readonly gucHeaders: string | null;
  readonly gucStatus: string | null;
  /** Rows inserted, for upserts. */
  readonly inserted: bigint | null;
}

/** An error of the server, with the fields of the wire protocol (https://www.postgresql.org/docs/16/protocol-error-fields.html). */
export interface PgError {
  /** `ERROR`, or `FATAL` and `PANIC`, which end the connection; never localised. */
  readonly severity: string;
  readonly sqlState: string;
  readonly message: string;
  readonly detail: string | null;
  readonly hint: string | null;
  readonly where?: string | undefined;
  readonly schema?: string | undefined;
  readonly table?: string | undefined;
  readonly column?: string | undefined;
  readonly constraint?: string | undefined;
}

/** Which part of the transaction a statement is; the trace and the log name it. */
export type StatementRole = "begin" | "context" | "pre-request" | "main" | "constraints" | "count" | "inspect" | "end";

/** Why a transaction gave no answer. */
export type DatabaseFailure =
  | { readonly kind: "server"; readonly error: PgError; readonly statement: StatementRole }
  /** No connection could be made. */
  | { readonly kind: "unreachable"; readonly message: string; readonly sqlState: string | null }
  /** The connection went away while the answer was awaited; `error` is what the server said before it hung up. */
  | { readonly kind: "lost"; readonly message: string; readonly error: PgError | null }
  /** Every connection stayed busy for `db-pool-acquisition-timeout` seconds. */
  | { readonly kind: "pool-timeout" };

export type { Statement };
