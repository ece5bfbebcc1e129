/** From a refusal to the response a client sees. */
import type { HttpResponse } from "../../http/message.ts";
import type { PgrstError } from "./pgrst-error.ts";

/** The body of an error alone, keys in the order of the real one: alphabetical, at every depth. */
export function errorPayload({ body, text }: PgrstError): string {
  if (text !== null) return text;
  if (body === null) return "{}";
  // JSON.stringify has short escapes for two characters that PostgREST's encoder writes by number.
  return JSON.stringify(sortKeys(body)).replace(/\\./g, (found) => byNumber[found] ?? found);
}

const byNumber: Readonly<Record<string, string>> = { "\\b": "\\u0008", "\\f": "\\u000c" };

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}

/** `Content-Type` first, then the headers of the error. The body is there for HEAD too; the edge drops it. */
export function errorResponse(error: PgrstError): HttpResponse {
  const type = error.text === null ? "application/json" : "text/plain";
  return {
    status: error.status,
    ...(error.reason === null ? {} : { reason: error.reason }),
    headers: [["Content-Type", `${type}; charset=utf-8`], ...error.headers],
    body: errorPayload(error),
  };
}
