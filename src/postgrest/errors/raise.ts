/**
 * `RAISE SQLSTATE 'PGRST'`: SQL that writes the whole error answer itself, the body as JSON in MESSAGE, status and headers as
 * JSON in DETAIL. https://postgrest.org/en/v12/references/errors.html#raise-errors-with-http-status-codes
 */
import { isObject } from "../../json/json.ts";
import type { Dialect } from "../dialect.ts";
import { compareText } from "../haskell.ts";
import { parseAsLibrary } from "../json-reader.ts";
import type { PgError } from "../transaction/types.ts";
import { PgrstError } from "./pgrst-error.ts";
import { raiseParseError } from "./request-errors.ts";

export function raisedError(error: PgError, dialect: Pick<Dialect, "explainsRaiseErrors">): PgrstError {
  const body = readBody(error.message);
  if (body === undefined) return raiseParseError(dialect, { part: "message", text: error.message });
  if (error.detail === null) return raiseParseError(dialect, { part: "no-detail" });
  const head = readHead(error.detail);
  if (head === undefined) return raiseParseError(dialect, { part: "detail", text: error.detail });
  return new PgrstError(head.status, body, {
    headers: head.headers,
    ...(head.reason === null ? {} : { reason: head.reason }),
  });
}

function readObject(text: string): Readonly<Record<string, unknown>> {
  const value = parseAsLibrary(text);
  return isObject(value) ? value : {};
}

const isOptionalText = (value: unknown): value is string | null | undefined =>
  value === undefined || value === null || typeof value === "string";

function readBody(text: string) {
  const { code, message, details, hint } = readObject(text);
  if (typeof code !== "string" || typeof message !== "string") return undefined;
  if (!isOptionalText(details) || !isOptionalText(hint)) return undefined;
  return { code, message, details: details ?? null, hint: hint ?? null };
}

function readHead(text: string) {
  const { status, status_text: reason, headers } = readObject(text);
  if (typeof status !== "number" || !Number.isSafeInteger(status) || !isOptionalText(reason)) return undefined;
  if (!isObject(headers)) return undefined;
  const fields: Array<readonly [string, string]> = [];
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== "string") return undefined;
    fields.push([name, value]);
  }
  return { status, reason: reason ?? null, headers: fields.sort(([a], [b]) => compareText(a, b)) };
}
