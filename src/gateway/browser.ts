/**
 * The emulator's one kindness: on the platform every cross-origin browser call to a v2 Service URL fails, because nobody
 * answers the preflight. A page on loopback gets through here, so that the documented browser example works, and the
 * developer is told once.
 */
import { type HttpRequest, type HttpResponse, header } from "../http/message.ts";
import { isLoopbackOrigin } from "../http/origin.ts";
import type { Observe } from "../trace/step.ts";
import { type Answer, answered, isAnswer } from "./answer.ts";
import { type Preflight, preflight, setHeader } from "./cors.ts";
import type { Edge, Notify, Passage } from "./edge.ts";

export function helpLoopbackBrowsers(edge: Edge, notify: Notify): Edge {
  return {
    admit(request, observe) {
      const origin = header(request.headers, "origin");
      const helps = origin !== undefined && isLoopbackOrigin(origin);
      return helps ? admitFrom(origin, request, observe) : edge.admit(request, observe);
    },
  };

  async function admitFrom(origin: string, request: HttpRequest, observe: Observe): Promise<Answer | Passage> {
    const asked = preflightWithoutToken(request);
    if (asked === undefined) return readable(await edge.admit(request, observe));
    notify("v2-preflight", noticeText(origin));
    const answer = answered("edge", "edge.preflight-allowed", allow(asked), { ...asked, platform: 401 });
    observe(answer.step);
    return answer;
  }
}

/** With a token the platform forwards OPTIONS to PostgREST, which answers it; no browser sends one. */
function preflightWithoutToken(request: HttpRequest): Preflight | undefined {
  return header(request.headers, "authorization") === undefined ? preflight(request) : undefined;
}

/** The answer PostgREST gives where a preflight reaches it. */
function allow(asked: Preflight): HttpResponse {
  const requested = asked.headers.split(",").flatMap((name) => (name.trim() === "" ? [] : [name.trim()]));
  const allowed = ["Authorization", ...requested, "Accept", "Accept-Language", "Content-Language"];
  return {
    status: 200,
    headers: [
      ["access-control-allow-origin", "*"],
      ["access-control-allow-methods", "GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD"],
      ["access-control-allow-headers", allowed.join(", ")],
      ["access-control-max-age", "86400"],
      ["content-type", "text/plain; charset=UTF-8"],
    ],
    body: "",
  };
}

/** Refusals carry no CORS field on the platform; with one, the page can read why it was refused. */
function readable(result: Answer | Passage): Answer | Passage {
  const open = (response: HttpResponse): HttpResponse => ({
    ...response,
    headers: setHeader(response.headers, "access-control-allow-origin", "*"),
  });
  if (isAnswer(result)) return { ...result, response: open(result.response) };
  return { ...result, failure: (kind) => open(result.failure(kind)) };
}

const noticeText = (origin: string): string =>
  `A page on ${origin} calls this project from the browser. flux-dev answers its preflight; the platform would not ` +
  "(401 without CORS headers on v2), so in production call the Service URL from your server. " +
  "--strict makes flux-dev refuse as the platform does.";
