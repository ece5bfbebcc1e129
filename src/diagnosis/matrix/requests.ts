/** The request of one cell. Pure. */
import type { HttpRequest } from "../../http/message.ts";
import { insertBody, updateBody } from "./payload.ts";
import { keyColumns, type MatrixTable } from "./tables.ts";
import type { MatrixSubject, Verb } from "./types.ts";

/**
 * Undefined when the table takes no such command. Writes ask for nothing back, so that they need no SELECT on what they
 * wrote; PATCH and DELETE filter by the key, as apps do, and so do need it. GET asks for one row and the count of all.
 */
export function cellRequest(
  table: MatrixTable,
  verb: Verb,
  subject: MatrixSubject,
  role: string,
): HttpRequest | undefined {
  const path = `/${encodeURIComponent(table.relation.name)}`;
  switch (verb) {
    case "GET":
      return build("GET", path, "select=*&limit=1", "count=exact");
    case "POST":
      return table.takes.insert ? build("POST", path, "", "return=minimal", insertBody(table, subject)) : undefined;
    case "PATCH": {
      const body = updateBody(table, role);
      return table.takes.update && body !== null
        ? build("PATCH", path, someRows(table), "return=minimal", body)
        : undefined;
    }
    case "DELETE":
      return table.takes.delete ? build("DELETE", path, someRows(table), "return=minimal,count=exact") : undefined;
  }
}

function someRows({ relation, keys }: MatrixTable): string {
  const [key = ""] = keyColumns(relation);
  const column = encodeURIComponent(key);
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
