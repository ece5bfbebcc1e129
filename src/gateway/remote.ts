/** A real PostgREST as an upstream, for requests that do not come from a socket. From a socket they are streamed: proxy.ts. */
import { Agent, request as httpRequest } from "node:http";
import { type HttpResponse, target } from "../http/message.ts";
import { headerPairs, readBody } from "../http/node.ts";
import type { Observe } from "../trace/step.ts";
import { mergeFields } from "./arrival.ts";
import type { RemoteUpstream, Upstream } from "./types.ts";

const agent = new Agent({ keepAlive: true });

/** `base` is an http URL; a path in it comes before the request's. Rejects with Node's error when nobody answers. */
export function remoteUpstream(base: string): Upstream {
  const { hostname, port, pathname } = new URL(base);
  const prefix = pathname.replace(/\/$/, "");
  return (request, observe) =>
    new Promise((resolve, reject) => {
      const where = { agent, hostname, port, method: request.method, path: prefix + target(request) };
      const outgoing = httpRequest(
        { ...where, headers: Object.fromEntries(mergeFields(request.headers)) },
        (incoming) => {
          const head = { status: incoming.statusCode ?? 502, headers: headerPairs(incoming.rawHeaders) };
          observeRemote(head, base, observe);
          readBody(incoming).then((body) => resolve({ ...head, body }), reject);
        },
      );
      outgoing.on("error", reject);
      outgoing.end(request.body);
    });
}

/** Any upstream as a function. */
export const callable = (upstream: Upstream | RemoteUpstream): Upstream =>
  typeof upstream === "function" ? upstream : remoteUpstream(upstream.url);

/** What a real PostgREST answered is all that can be known of it. */
export function observeRemote(head: Pick<HttpResponse, "status">, base: string, observe: Observe): void {
  const { status } = head;
  const outcome = status >= 400 ? "refused" : "answered";
  observe({ layer: "upstream", outcome, code: `upstream.${status}`, evidence: { status, url: base } });
}
