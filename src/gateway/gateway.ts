/** One gateway for both modes: a plain function from request to response, and the pieces a streaming rim needs. */
import { setImmediate } from "node:timers/promises";
import { type HeaderList, type HttpRequest, type HttpResponse, withHeaders } from "../http/message.ts";
import type { ArrivingBody } from "../http/node.ts";
import type { ModeName } from "../project/mode/types.ts";
import { ignoreSteps, type Observe } from "../trace/step.ts";
import { type Answer, isAnswer } from "./answer.ts";
import { mergeFields } from "./arrival.ts";
import { helpLoopbackBrowsers } from "./browser.ts";
import type { Edge, Notify, Passage } from "./edge.ts";
import { faultyEdge } from "./faulty-edge.ts";
import { requestLine } from "./log.ts";
import type { GatewayOptions } from "./options.ts";
import { callable } from "./remote.ts";
import type { RemoteUpstream, Upstream } from "./types.ts";
import { callUpstream } from "./upstream.ts";
import { v1Edge } from "./v1.ts";
import { v2Edge } from "./v2.ts";

export interface Gateway {
  readonly options: GatewayOptions;
  /**
   * The whole journey of one request, without a socket. A body that is still arriving comes beside the request: only what is
   * let through to PostgREST waits for it. Never rejects.
   */
  handle(request: HttpRequest, arriving?: ArrivingBody): Promise<HttpResponse>;
  /** Begins a request whose body is streamed elsewhere. */
  visit(request: HttpRequest): Visit;
}

/** One request under way. The mode is settled when it begins. */
export interface Visit {
  readonly mode: ModeName;
  readonly upstream: Upstream | RemoteUpstream;
  readonly observe: Observe;
  admit(): Promise<Answer | Passage>;
  /** Records and logs the answer; returns it as it is sent. Call once. `body`: of the request, where that came without. */
  finish(result: Answer | Passage, response: HttpResponse, body?: Buffer): HttpResponse;
}

export function createGateway(options: GatewayOptions): Gateway {
  const { catalog, config, clock, bridgeClock = clock, faults } = options;
  const notify = once(options.notice);
  const platform = v2Edge(catalog, config, { own: clock, bridge: bridgeClock }, notify);
  const failing = (edge: Edge, mode: ModeName) =>
    faults === undefined ? edge : faultyEdge(edge, mode, faults, config);
  const edges: Readonly<Record<ModeName, Edge>> = {
    v1: failing(v1Edge(catalog, config, notify), "v1"),
    v2: failing(config.strict ? platform : helpLoopbackBrowsers(platform, notify), "v2"),
  };

  function visit(request: HttpRequest): Visit {
    const started = performance.now();
    const mode = options.mode();
    const recording = options.record?.(request, mode);
    let finished = false;
    // An engine that was given up on still reports its steps; the story is closed by then.
    const observe: Observe =
      recording === undefined
        ? ignoreSteps
        : (step, ms) => {
            if (!finished) recording.observe(step, ms);
          };
    return {
      mode,
      upstream: options.upstream(mode),
      observe,
      admit: () => edges[mode].admit(request, observe),
      finish(result, response, body) {
        finished = true;
        const sent = request.method === "HEAD" ? { ...response, body: "" } : response;
        if (options.log !== undefined) {
          const host = mergeFields(request.headers).get("host") ?? null;
          const ms = performance.now() - started;
          const line = requestLine({ host, path: request.path }, result, sent, clock.now(), ms);
          if (line !== undefined) options.log(line);
        }
        return recording === undefined ? sent : withAdded(sent, recording.finish(sent, body));
      },
    };
  }

  async function handle(request: HttpRequest, arriving?: ArrivingBody): Promise<HttpResponse> {
    const begun = visit(request);
    const result = await begun.admit();
    if (isAnswer(result)) return begun.finish(result, result.response, arriving && (await withHead(arriving)));
    const body = result.dropsBody ? undefined : arriving?.whole;
    const response = await callUpstream(result, callable(begun.upstream), begun.observe, body);
    return begun.finish(result, response, arriving?.arrived);
  }

  return { options, handle, visit };
}

/** What came in one piece with the head is there by the next turn; nobody waits for more of it to be refused. */
async function withHead(arriving: ArrivingBody): Promise<Buffer | undefined> {
  if (arriving.arrived === undefined) await setImmediate();
  return arriving.arrived;
}

const withAdded = (response: HttpResponse, added: HeaderList): HttpResponse =>
  added.length === 0 ? response : withHeaders(response, [...response.headers, ...added]);

function once(notice: ((text: string) => void) | undefined): Notify {
  const told = new Set<string>();
  return (topic, text) => {
    if (told.has(topic)) return;
    told.add(topic);
    notice?.(text);
  };
}
