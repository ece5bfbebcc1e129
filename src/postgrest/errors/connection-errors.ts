/** `PGRST0xx` and `PGRSTX00`: Postgres cannot be asked, or answered something that makes no sense here. */
import { PgrstError } from "./pgrst-error.ts";

const failure = (status: number, code: string, message: string, details: string | null = null): PgrstError =>
  new PgrstError(status, { code, message, details, hint: null });

/** PGRST000: no connection could be made; details is the client library's text, as libpq words it. */
export const connectionError = (details: string): PgrstError =>
  failure(503, "PGRST000", "Database connection error. Retrying the connection.", details);

/** PGRST001: the connection broke under the request. */
export const clientError = (details: string | null): PgrstError =>
  failure(503, "PGRST001", "Database client error. Retrying the connection.", details);

export const schemaCacheUnavailable = (): PgrstError =>
  failure(503, "PGRST002", "Could not query the database for the schema cache. Retrying.");

export const acquisitionTimeout = (): PgrstError =>
  failure(504, "PGRST003", "Timed out acquiring connection from connection pool.");

/** PGRSTX00: a result of a shape that was not expected. */
export const internalError = (message: string): PgrstError => failure(500, "PGRSTX00", message);
