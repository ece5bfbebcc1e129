/** The streaming rim for a real PostgREST: everything up to the decision is the gateway's, the bytes are the proxy's. */
import { once } from "node:events";
import { Agent, type ClientRequest, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import express, { type ErrorRequestHandler } from "express";
import { createProxyMiddleware, proxyEventsPlugin } from "http-proxy-middleware";
import { type HttpRequest, type HttpResponse, header, target } from "../http/message.ts";
import { headerPairs, readHead, writeResponse } from "../http/node.ts";
import { isAnswer } from "./answer.ts";
import { mergeFields } from "./arrival.ts";
import type { Passage } from "./edge.ts";
import type { Gateway, Visit } from "./gateway.ts";
import { observeRemote, remoteUpstream } from "./remote.ts";
import type { RemoteUpstream } from "./types.ts";
import { callUpstream, redirected, upstreamError, upstreamTimeout } from "./upstream.ts";

interface Underway {
  readonly visit: Visit;
  readonly passage: Passage;
  readonly url: string;
  outgoing?: ClientRequest;
  timer?: NodeJS.Timeout;
}

type Failed = (message: IncomingMessage, reply: ServerResponse, problem: unknown) => void;

/** Expects every request's upstream to be remote; `failed` answers where nothing else did. */
export function proxyListener(gateway: Gateway, failed: Failed): RequestListener {
  const underway = new WeakMap<IncomingMessage, Underway>();
  const app = express();
  app.disable("x-powered-by").disable("etag");

  app.use(async (message, reply, next) => {
    const visit = gateway.visit(readHead(message));
    const result = await visit.admit();
    if (isAnswer(result)) {
      writeResponse(visit.finish(result, result.response), reply);
      return;
    }
    const ride: Underway = { visit, passage: result, url: (visit.upstream as RemoteUpstream).url };
    underway.set(message, ride);
    reply.once("close", () => result.release());
    if (result.dropsBody) await dropBody(message);
    message.url = target(result.request);
    message.headers = Object.fromEntries(mergeFields(result.request.headers));
    if (result.timeoutMs !== undefined) ride.timer = setTimeout(giveUp, result.timeoutMs, ride, reply);
    next();
  });

  app.use(
    createProxyMiddleware({
      agent: new Agent({ keepAlive: true }),
      router: (message) => underway.get(message)!.url,
      selfHandleResponse: true,
      // The default plugins answer errors in their own words.
      ejectPlugins: true,
      plugins: [proxyEventsPlugin],
      on: {
        proxyReq(outgoing, message) {
          const ride = underway.get(message)!;
          ride.outgoing = outgoing;
          // The proxy joins paths and thereby collapses doubled slashes, which mean something to PostgREST.
          outgoing.path = new URL(ride.url).pathname.replace(/\/$/, "") + target(ride.passage.request);
          frame(outgoing, ride.passage.request);
        },
        proxyRes: (incoming, message, reply) => void relay(underway.get(message)!, incoming, reply),
        error(problem, message, reply) {
          const ride = underway.get(message)!;
          if ("writeHead" in reply) end(ride, reply, () => upstreamError(ride.passage, ride.visit.observe, problem));
        },
      },
    }),
  );
  // Express knows an error handler by its fourth parameter; its own would print a page with the stack.
  const last: ErrorRequestHandler = (problem, message, reply, _next) => failed(message, reply, problem);
  app.use(last);
  return app;
}

async function dropBody(message: IncomingMessage): Promise<void> {
  if (message.readableEnded) return;
  message.resume();
  await once(message, "end");
}

/**
 * Length or chunking as the passage says it, and neither where it says none, since SQL sees these fields. The proxy gives DELETE
 * and OPTIONS without a length one of 0, and Node announces chunks for every method it expects a body of.
 */
function frame(outgoing: ClientRequest, { headers }: HttpRequest): void {
  if (header(headers, "content-length") !== undefined) return;
  outgoing.removeHeader("content-length");
  if (header(headers, "transfer-encoding") === undefined) outgoing.useChunkedEncodingByDefault = false;
  else outgoing.setHeader("transfer-encoding", "chunked");
}

async function relay(ride: Underway, incoming: IncomingMessage, reply: ServerResponse): Promise<void> {
  const { passage, visit } = ride;
  const head = { status: incoming.statusCode ?? 502, headers: headerPairs(incoming.rawHeaders), body: "" };
  if (reply.headersSent) return void incoming.resume();
  observeRemote(head, ride.url, visit.observe);
  try {
    const next = passage.followsRedirects ? redirected(passage.request, head) : undefined;
    if (next !== undefined) {
      incoming.resume();
      const response = await callUpstream({ ...passage, request: next }, remoteUpstream(ride.url), visit.observe);
      return end(ride, reply, () => response);
    }
  } catch (problem) {
    incoming.resume();
    return end(ride, reply, () => upstreamError(passage, visit.observe, problem));
  }
  clearTimeout(ride.timer);
  const response = visit.finish(passage, passage.present(head));
  reply.writeHead(response.status, response.headers.flat());
  pipeline(incoming, reply, () => {});
}

function giveUp(ride: Underway, reply: ServerResponse): void {
  end(ride, reply, () => upstreamTimeout(ride.passage, ride.visit.observe));
  ride.outgoing?.destroy();
}

/** Answers without the upstream, unless an answer has begun. */
function end(ride: Underway, reply: ServerResponse, answer: () => HttpResponse): void {
  clearTimeout(ride.timer);
  if (!reply.headersSent) writeResponse(ride.visit.finish(ride.passage, answer()), reply);
}
