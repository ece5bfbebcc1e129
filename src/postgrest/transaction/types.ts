/** What a request sends to Postgres and what comes back. `run.ts` is the one file of the engine that does SQL I/O. */
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

export type { Statement };
