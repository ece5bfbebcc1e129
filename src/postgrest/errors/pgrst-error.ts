/**
 * A refusal of the engine: PostgREST's status, headers and JSON body. Phases throw it, `engine.ts` catches it in one place
 * and makes it a response and a step of the trace.
 */

import type { HeaderList, HttpResponse } from "../../http/message.ts";
import { isObject, parseJson } from "../../json/json.ts";

export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly details: unknown;
  readonly hint: string | null;
}

/** The code in an answer's body, where that is an error of PostgREST or of Postgres. */
export function errorCodeIn({ body }: Pick<HttpResponse, "body">): string | undefined {
  const error = parseJson(body.toString());
  return isObject(error) && typeof error["code"] === "string" ? error["code"] : undefined;
}

export class PgrstError extends Error {
  readonly status: number;
  readonly headers: HeaderList;
  /** null: the answer's body is `{}` (PostgREST's bare 404). */
  readonly body: ErrorBody | null;
  /** Plain text in place of a JSON body: what the web server says when PostgREST itself fell over. */
  readonly text: string | null;
  /** Reason phrase of the status line, where SQL chose one. */
  readonly reason: string | null;
  /** What diagnosis may want to know beyond the body. */
  readonly evidence: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    body: ErrorBody | null,
    options: { headers?: HeaderList; evidence?: Record<string, unknown>; text?: string; reason?: string } = {},
  ) {
    // Where a refusal was thrown interests nobody, and collecting the stack makes a refusal dearer than an answer.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(body?.message ?? options.text ?? "Not Found");
    Error.stackTraceLimit = stackTraceLimit;
    this.name = "PgrstError";
    this.status = status;
    this.body = body;
    this.text = options.text ?? null;
    this.reason = options.reason ?? null;
    this.headers = options.headers ?? [];
    this.evidence = options.evidence ?? {};
  }
}
