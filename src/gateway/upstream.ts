/** Calling PostgREST: the wait for it, its failures, and the redirects that v2's HTTP client follows. */
import { type HttpRequest, type HttpResponse, header, withBody, withoutHeaders } from "../http/message.ts";
import type { Observe } from "../trace/step.ts";
import { refused } from "./answer.ts";
import type { Passage } from "./edge.ts";
import { bodyless } from "./forward.ts";
import type { Upstream } from "./types.ts";

const LATE = Symbol("late");

/**
 * Never rejects: a failure becomes the passage's own answer. The timeout covers all hops and the wait for a body that is
 * still arriving; what came too late keeps running, as a statement on the platform does. Releases the passage.
 */
export async function callUpstream(
  passage: Passage,
  upstream: Upstream,
  observe: Observe,
  body?: Promise<Buffer>,
): Promise<HttpResponse> {
  let timer: NodeJS.Timeout | undefined;
  try {
    const answer = follow(passage, upstream, observe, body);
    if (passage.timeoutMs === undefined) return passage.present(await answer);
    const first = await new Promise<HttpResponse | typeof LATE>((resolve, reject) => {
      timer = setTimeout(resolve, passage.timeoutMs, LATE);
      answer.then(resolve, reject);
    });
    return first === LATE ? upstreamTimeout(passage, observe) : passage.present(first);
  } catch (problem) {
    return upstreamError(passage, observe, problem);
  } finally {
    clearTimeout(timer);
    passage.release();
  }
}

export function upstreamTimeout(passage: Passage, observe: Observe): HttpResponse {
  const answer = refused("upstream", "upstream.timeout", passage.failure("timeout"), { ms: passage.timeoutMs });
  observe(answer.step);
  return answer.response;
}

export function upstreamError(passage: Passage, observe: Observe, problem: unknown): HttpResponse {
  const message = problem instanceof Error ? problem.message : String(problem);
  const answer = refused("upstream", "upstream.error", passage.failure("error"), { message });
  observe(answer.step);
  return answer.response;
}

const MAX_REDIRECTS = 20;

async function follow(
  passage: Passage,
  upstream: Upstream,
  observe: Observe,
  body: Promise<Buffer> | undefined,
): Promise<HttpResponse> {
  let request = body === undefined ? passage.request : withBody(passage.request, await body);
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const response = await upstream(request, observe);
    // SQL can set such a status too. It announces an answer that never comes.
    if (response.status < 200) throw new Error(`PostgREST answered ${response.status} and nothing after it`);
    const next = passage.followsRedirects ? redirected(request, response) : undefined;
    if (next === undefined) return response;
    request = next;
  }
  throw new Error(`more than ${MAX_REDIRECTS} redirects`);
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * SQL can set a status and a Location of its own; v2's client then sees what lies behind it, never the redirect.
 * Undefined when the response is none. Throws where the platform's HTTP client fails, and for another host: the emulator
 * calls nobody but its own upstream.
 */
export function redirected(
  request: HttpRequest,
  response: Pick<HttpResponse, "status" | "headers">,
): HttpRequest | undefined {
  const location = REDIRECTS.has(response.status) ? header(response.headers, "location") : undefined;
  if (location === undefined) return undefined;
  const base = new URL(`http://${header(request.headers, "host")}${request.path}`);
  const url = new URL(location, base);
  if (url.origin !== base.origin) throw new Error(`redirected to another host, ${url.origin}`);
  const { status } = response;
  const turnsGet = status === 303 && !bodyless(request.method);
  // The platform streams the body of every other method, also when it is empty, and what was streamed cannot be sent twice.
  if (!turnsGet && !bodyless(request.method)) throw new Error("redirected with a body");
  return {
    method: turnsGet ? "GET" : request.method,
    path: url.pathname,
    query: url.search.slice(1),
    headers: turnsGet
      ? withoutHeaders(request.headers, "content-length", "transfer-encoding", "content-type")
      : request.headers,
    body: Buffer.alloc(0),
  };
}
