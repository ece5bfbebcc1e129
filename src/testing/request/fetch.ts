/** `fetch` without a socket: what it is given, as a plain request, and the answer as a `Response`. */
import type { HttpRequest } from "../../http/message.ts";
import { rememberOrigin, requireOrigin } from "./origin.ts";
import type { FluxResponse } from "./response.ts";

type Send = (request: HttpRequest) => Promise<FluxResponse>;

export interface FetchContext {
  /** What a relative URL is relative to. */
  readonly baseUrl: string;
  /** Hosts, with ports, that lead here. */
  readonly hosts: readonly string[];
  /** Added when the request has no Authorization of its own. */
  readonly token: string | undefined;
  readonly send: Send;
}

/** Rejects with a `TypeError` for a URL that leads elsewhere: a test that calls the network should say so itself. */
export async function inProcessFetch(
  context: FetchContext,
  input: string | URL | Request,
  init?: RequestInit,
): Promise<Response> {
  const url = new URL(input instanceof Request ? input.url : input, context.baseUrl);
  if (!context.hosts.includes(url.host)) {
    throw new TypeError(
      `${url.origin} is not this project (${context.baseUrl}). flux.fetch reaches the project only; use the global fetch for anything else.`,
    );
  }
  const request = input instanceof Request ? new Request(input, init) : new Request(url, init);
  request.signal.throwIfAborted();
  const headers = [...request.headers].map(([name, value]) => [name, value] as const);
  const named = request.headers.has("authorization");
  const body = Buffer.from(await request.arrayBuffer());
  const answer = await context.send({
    method: request.method,
    path: url.pathname,
    query: url.search.slice(1),
    headers: [
      ["host", url.host],
      ...(named || context.token === undefined ? [] : [["authorization", `Bearer ${context.token}`] as const]),
      ...headers,
    ],
    body,
  });
  return toResponse(answer);
}

const BODILESS = new Set([101, 204, 205, 304]);

function toResponse(answer: FluxResponse): Response {
  const { status, headers, body } = answer;
  const response = new Response(BODILESS.has(status) ? null : new Uint8Array(body), { status, headers });
  rememberOrigin(response, requireOrigin(answer));
  return response;
}
