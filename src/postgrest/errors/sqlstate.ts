/** Which HTTP status an SQLSTATE becomes: https://postgrest.org/en/v12/references/errors.html#http-status-codes */
import type { Dialect } from "../dialect.ts";
import { readInteger } from "../haskell.ts";

/** Whole codes first, then classes (their first two characters). Whatever is in neither is the client's fault: 400. */
const byCode: Readonly<Record<string, number>> = {
  "23503": 409, // foreign_key_violation
  "23505": 409, // unique_violation
  "25006": 405, // read_only_sql_transaction: a volatile function called by GET
  "42P01": 404, // undefined_table
  "57P01": 503, // admin_shutdown
  P0001: 400, // raise_exception
};
const byClass: Readonly<Record<string, number>> = {
  "08": 503, // connection exception
  "09": 500, // triggered action exception
  "0L": 403, // invalid grantor
  "0P": 403, // invalid role specification
  "25": 500, // invalid transaction state
  "28": 403, // invalid authorization specification
  "2D": 500, // invalid transaction termination
  "38": 500, // external routine exception
  "39": 500, // external routine invocation exception
  "3B": 500, // savepoint exception
  "40": 500, // transaction rollback
  "53": 503, // insufficient resources
  "55": 500, // object not in prerequisite state
  "57": 500, // operator intervention
  "58": 500, // system error
  F0: 500, // configuration file error
  HV: 500, // foreign data wrapper error
  P0: 500, // PL/pgSQL error
  XX: 500, // internal error
};

/** The status in `PTxyz`; null for other codes, and where xyz is no number. */
export function chosenStatus(sqlState: string): number | null {
  const status = sqlState.startsWith("PT") ? readInteger(sqlState.slice(2)) : undefined;
  return status === undefined ? null : Number(status);
}

/** `authenticated` decides whether a missing privilege is a matter of logging in (401) or of rights (403). */
export function statusOf(
  error: { readonly sqlState: string; readonly message: string },
  authenticated: boolean,
  dialect: Dialect,
): number {
  const { sqlState, message } = error;
  switch (sqlState) {
    case "21000":
      // The extension pg-safeupdate speaks with this code, and means the client.
      return message.endsWith("requires a WHERE clause") ? 400 : dialect.cardinalityViolationStatus;
    case "42501":
      return authenticated ? 403 : 401;
    case "42883":
      // `text/xml` on a result that xmlagg cannot take.
      return message.startsWith("function xmlagg(") ? 406 : 404;
    case "42P17":
      return dialect.infiniteRecursionStatus;
    case "53400":
      return dialect.configurationLimitStatus;
  }
  if (sqlState.startsWith("54")) return dialect.statementTooComplexStatus;
  if (sqlState.startsWith("PT")) return chosenStatus(sqlState) ?? 500;
  return byCode[sqlState] ?? byClass[sqlState.slice(0, 2)] ?? 400;
}
