/** What Postgres refused, as PostgREST passes it on. */
import type { Dialect } from "../dialect.ts";
import type { PgError } from "../transaction/types.ts";
import { PgrstError } from "./pgrst-error.ts";
import { raisedError } from "./raise.ts";
import { chosenStatus, statusOf } from "./sqlstate.ts";

/**
 * Code, message, detail and hint go out as Postgres said them; the rest of the report stays in the evidence. A 401 of any
 * origin asks for a token. `PTxyz` answers with status xyz and the message as reason phrase.
 *
 * @param authenticated whether the request ran as another role than the anonymous one
 */
export function fromPgError(error: PgError, authenticated: boolean, dialect: Dialect): PgrstError {
  if (error.sqlState === "PGRST") return raisedError(error, dialect);
  const { sqlState, message, detail, hint, ...evidence } = error;
  const status = statusOf(error, authenticated, dialect);
  return new PgrstError(
    status,
    { code: sqlState, message, details: detail, hint },
    {
      headers: status === 401 ? [["WWW-Authenticate", "Bearer"]] : [],
      evidence,
      ...(chosenStatus(sqlState) === null ? {} : { reason: message }),
    },
  );
}
