/** An answer as the verdicts look at it. */

import { target } from "../../http/message.ts";
import { isObject, parseJson } from "../../json/json.ts";
import type { Origin } from "../request/origin.ts";
import { requireOrigin } from "../request/origin.ts";

export interface Answer extends Origin {
  readonly status: number;
  readonly body: string;
  /** `GET /notes?select=*` */
  readonly request: string;
}

/** Takes what `flux.request`, `fetch` or a `postgrest-js` query resolved with. Throws a `TypeError` for anything else. */
export function answerOf(value: unknown): Answer {
  const { trace, explain } = requireOrigin(value);
  const { request, response } = trace;
  return {
    trace,
    explain,
    status: response.status,
    body: response.body.toString(),
    request: `${request.method} ${target(request)}`,
  };
}

/** How many rows the body holds; undefined when it holds something else. One object is one row, no body is none. */
export function rowsIn({ body }: Answer): number | undefined {
  const value = parseJson(body === "" ? "[]" : body);
  if (Array.isArray(value)) return value.length;
  return isObject(value) ? 1 : undefined;
}

/** What went wrong, in the words of the body. */
export function complaintIn({ body }: Answer): string {
  const value = parseJson(body);
  if (!isObject(value)) return value === undefined ? body : "";
  return String(value["message"] ?? value["error"] ?? "");
}
