/** `PGRST1xx`: what is wrong with the request itself. */
import type { Dialect } from "../dialect.ts";
import { toContentType } from "../request/media-type.ts";
import { PgrstError } from "./pgrst-error.ts";

interface Extras {
  readonly details?: unknown;
  readonly hint?: string;
}

const refuse = (status: number, code: string, message: string, { details, hint }: Extras = {}): PgrstError =>
  new PgrstError(status, { code, message, details: details ?? null, hint: hint ?? null });

/** PGRST100, the query string; message and details are those of the parser. */
export const queryParamError = (message: string, details: string): PgrstError =>
  refuse(400, "PGRST100", message, { details });

export const invalidRpcMethod = (method: string): PgrstError =>
  refuse(405, "PGRST101", `Cannot use the ${method} method on RPC`);

export const invalidBody = (message: string): PgrstError => refuse(400, "PGRST102", message);

const invalidRange = (details: string): PgrstError =>
  refuse(416, "PGRST103", "Requested range not satisfiable", { details });

export const negativeLimit = (): PgrstError => invalidRange("Limit should be greater than or equal to zero.");

export const lowerGreaterThanUpper = (): PgrstError =>
  invalidRange("The lower boundary must be lower than or equal to the upper boundary in the Range header.");

/** PGRST103 once the rows are counted; `total` null means that there was nothing to count. */
export const outOfBounds = (offset: bigint, total: bigint | null): PgrstError =>
  invalidRange(`An offset of ${offset} was requested, but there are only ${total ?? 0n} rows.`);

export const invalidFilters = (): PgrstError =>
  refuse(405, "PGRST105", "Filters must include all and only primary key columns with 'eq' operators");

export const unacceptableSchema = (schemas: readonly string[]): PgrstError =>
  refuse(406, "PGRST106", `The schema must be one of the following: ${schemas.join(", ")}`);

/** PGRST107; the types as `toMime` prints them, in order of preference. */
export const mediaTypeError = (dialect: Pick<Dialect, "notAcceptableStatus">, mimes: readonly string[]): PgrstError =>
  refuse(dialect.notAcceptableStatus, "PGRST107", `None of these media types are available: ${mimes.join(", ")}`);

/** The bare 404 with `{}`: no such path, or OPTIONS on an unknown table. */
export const notFound = (): PgrstError => new PgrstError(404, null);

export const notEmbedded = (resource: string): PgrstError =>
  refuse(400, "PGRST108", `'${resource}' is not an embedded resource in this request`, {
    hint: `Verify that '${resource}' is included in the 'select' query parameter.`,
  });

export const limitWithoutOrder = (): PgrstError =>
  refuse(400, "PGRST109", "A 'limit' was applied without an explicit 'order'", {
    hint: "Apply an 'order' using unique column(s)",
  });

/** PGRST110: a limited PATCH or DELETE reached more rows than its limit. */
export const offLimitsChanges = (changed: bigint, maximum: bigint): PgrstError =>
  refuse(400, "PGRST110", "The maximum number of rows allowed to change was surpassed", {
    details: `Results contain ${changed} rows changed but the maximum number allowed is ${maximum}`,
  });

export const gucHeadersError = (): PgrstError =>
  refuse(
    500,
    "PGRST111",
    "response.headers guc must be a JSON array composed of objects with a single key and a string value",
  );

export const gucStatusError = (): PgrstError =>
  refuse(500, "PGRST112", "response.status guc must be a valid status code");

export const putLimitNotAllowed = (): PgrstError =>
  refuse(400, "PGRST114", "limit/offset querystring parameters are not allowed for PUT");

export const putMatchingPk = (): PgrstError =>
  refuse(400, "PGRST115", "Payload values do not match URL in primary key column(s)");

/** PGRST116: an object was asked for and the result has not exactly one row. */
export function singularityError(dialect: Pick<Dialect, "singularErrorRepeatsContentType">, rows: bigint): PgrstError {
  const body = {
    code: "PGRST116",
    message: "JSON object requested, multiple (or no) rows returned",
    details: `The result contains ${rows} rows`,
    hint: null,
  };
  const asked = toContentType({ kind: "singular-json", stripNulls: false });
  return new PgrstError(406, body, {
    headers: dialect.singularErrorRepeatsContentType ? [["Content-Type", asked]] : [],
  });
}

export const unsupportedMethod = (method: string): PgrstError =>
  refuse(405, "PGRST117", `Unsupported HTTP method: ${method}`);

const notToOne = (origin: string, target: string): Extras => ({
  details: `'${origin}' and '${target}' do not form a many-to-one or one-to-one relationship`,
});

export const relatedOrderNotToOne = (origin: string, target: string): PgrstError =>
  refuse(400, "PGRST118", `A related order on '${target}' is not possible`, notToOne(origin, target));

export const spreadNotToOne = (origin: string, target: string): PgrstError =>
  refuse(400, "PGRST119", `A spread operation on '${target}' is not possible`, notToOne(origin, target));

/** What of a `RAISE SQLSTATE 'PGRST'` could not be read; `text` is what was found there. */
export type RaiseFault =
  | { readonly part: "message" | "detail"; readonly text: string }
  | { readonly part: "no-detail" };

export function raiseParseError(dialect: Pick<Dialect, "explainsRaiseErrors">, fault: RaiseFault): PgrstError {
  if (!dialect.explainsRaiseErrors)
    return refuse(500, "PGRST121", "The message and detail field of RAISE 'PGRST' error expects JSON");
  return refuse(500, "PGRST121", `Could not parse JSON in the "RAISE SQLSTATE 'PGRST'" error`, {
    details:
      fault.part === "no-detail"
        ? "DETAIL is missing in the RAISE statement"
        : `Invalid JSON value for ${fault.part.toUpperCase()}: '${fault.text}'`,
    hint:
      fault.part === "message"
        ? "MESSAGE must be a JSON object with obligatory keys: 'code', 'message' and optional keys: 'details', 'hint'."
        : "DETAIL must be a JSON object with obligatory keys: 'status', 'headers' and optional key: 'status_text'.",
  });
}

export const invalidPreferences = (preferences: readonly string[]): PgrstError =>
  refuse(400, "PGRST122", "Invalid preferences given with handling=strict", {
    details: `Invalid preferences: ${preferences.join(", ")}`,
  });

export const aggregatesNotAllowed = (): PgrstError =>
  refuse(400, "PGRST123", "Use of aggregate functions is not allowed");

export const maxAffectedViolation = (rows: bigint): PgrstError =>
  refuse(400, "PGRST124", "Query result exceeds max-affected preference constraint", {
    details: `The query affects ${rows} rows`,
  });

/**
 * What the web server under PostgREST answers when PostgREST itself throws: for text that is not UTF-8 in the query string,
 * a profile header or a form.
 */
export const somethingWentWrong = (): PgrstError => new PgrstError(500, null, { text: "Something went wrong" });
