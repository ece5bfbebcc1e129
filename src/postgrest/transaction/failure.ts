/** A transaction that gave no answer, as the error a client sees. */
import type { Dialect } from "../dialect.ts";
import { acquisitionTimeout, clientError, connectionError } from "../errors/catalogue.ts";
import { fromPgError } from "../errors/pg-error.ts";
import type { PgrstError } from "../errors/pgrst-error.ts";
import type { DatabaseFailure } from "./types.ts";

export function failureError(failure: DatabaseFailure, authenticated: boolean, dialect: Dialect): PgrstError {
  switch (failure.kind) {
    case "server":
      return fromPgError(failure.error, authenticated, dialect);
    case "unreachable":
      return connectionError(failure.message);
    case "lost":
      return clientError(failure.message);
    case "pool-timeout":
      return acquisitionTimeout();
  }
}
