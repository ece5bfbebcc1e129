/** The requests of one cell. Pure. */
import type { HttpRequest } from "../../http/message.ts";
import { insertBodies, type SeenRows, updateBody } from "./payload.ts";
import { keyColumns, type MatrixTable } from "./tables.ts";
import type { MatrixSubject, Verb } from "./types.ts";

/**
 * None when the table takes no such command; several for POST, to be tried until a policy lets one pass. Writes ask for
 * nothing back, so that they need no SELECT on what they wrote; PATCH and DELETE filter by the key, as apps do, and so do
 * need it. GET asks for one row and the count of all.
 */
export function cellRequests(
  table: MatrixTable,
  verb: Verb,
  subject: MatrixSubject,
  role: string,
  seen?: SeenRows,
): HttpRequest[] {
  const path = pathOf(table);
  switch (verb) {
    case "GET":
      return [build("GET", path, "select=*&limit=1", "count=exact")];
    case "POST":
      return table.takes.insert
        ? insertBodies(table, subject, seen).map((body) => build("POST", path, "", "return=minimal", body))
        : [];
    case "PATCH": {
      const request = patchRequest(table, role, table.keys, seen);
      return request === undefined ? [] : [request];
    }
    case "DELETE":
      return table.takes.delete
        ? [build("DELETE", path, rowsWith(table, table.keys), "return=minimal,count=exact")]
        : [];
  }
}

/** Of the rows with those keys, as far as the first column of the key tells; null for all of them. */
export function patchRequest(
  table: MatrixTable,
  role: string,
  keys: readonly string[] | null,
  seen?: SeenRows,
): HttpRequest | undefined {
  const body = updateBody(table, role, seen);
  return table.takes.update && body !== null
    ? build("PATCH", pathOf(table), rowsWith(table, keys), "return=minimal", body)
    : undefined;
}

/** The first column of the key, of so many rows that the subject sees. */
export const keysRequest = (table: MatrixTable, most: number): HttpRequest =>
  build("GET", pathOf(table), `select=${encodeURIComponent(firstKey(table))}&limit=${most}`, "count=none");

export const firstKey = ({ relation }: MatrixTable): string => keyColumns(relation)[0] ?? "";

const pathOf = ({ relation }: MatrixTable): string => `/${encodeURIComponent(relation.name)}`;

function rowsWith(table: MatrixTable, keys: readonly string[] | null): string {
  const column = encodeURIComponent(firstKey(table));
  if (keys === null) return `${column}=not.is.null`;
  const list = keys.map((value) => `"${value.replace(/["\\]/g, "\\$&")}"`).join(",");
  return `${column}=in.(${encodeURIComponent(list)})`;
}

function build(method: string, path: string, query: string, prefer: string, body?: object): HttpRequest {
  const bytes = Buffer.from(body === undefined ? "" : JSON.stringify(body));
  const content =
    body === undefined
      ? []
      : ([
          ["Content-Type", "application/json"],
          ["Content-Length", String(bytes.length)],
        ] as const);
  return { method, path, query, headers: [["Prefer", prefer], ...content], body: bytes };
}
