/** What a browser asks of either edge. */
import { type HeaderList, type HttpRequest, header } from "../http/message.ts";

export interface Preflight {
  readonly origin: string;
  readonly method: string;
  /** The requested header names, as sent. */
  readonly headers: string;
}

/** OPTIONS with both `Origin` and `Access-Control-Request-Method`; anything less is an ordinary request. */
export function preflight(request: Pick<HttpRequest, "method" | "headers">): Preflight | undefined {
  if (request.method !== "OPTIONS") return undefined;
  const origin = header(request.headers, "origin");
  const method = header(request.headers, "access-control-request-method");
  if (!origin || !method) return undefined;
  return { origin, method, headers: header(request.headers, "access-control-request-headers") ?? "" };
}

/** The list with that field set, in place of any it had. */
export function setHeader(headers: HeaderList, name: string, value: string): HeaderList {
  return [...headers.filter(([field]) => field.toLowerCase() !== name.toLowerCase()), [name, value]];
}
