/** CORS as v1's edge does it: a list of origins, overwritten on whatever PostgREST says. */
import { type HeaderList, type HttpResponse, header } from "../http/message.ts";
import { isLoopbackOrigin } from "../http/origin.ts";
import { modes } from "../project/mode/mode.ts";
import { setHeader } from "./cors.ts";
import type { Notify } from "./edge.ts";
import { HOP_BY_HOP } from "./forward.ts";
import type { GatewayConfig } from "./types.ts";

const CORS = modes.v1.edge.cors!;

export type OriginRule = (origin: string) => boolean;

/**
 * `http://localhost:3000` is not on the platform's list; unless strict, any loopback origin passes and is spoken of once. The
 * platform also lists pages of its own domain, which no emulator has.
 */
export function originRule({ extraOrigins = [], strict }: GatewayConfig, notify: Notify): OriginRule {
  const listed = new Set([...CORS.origins, ...extraOrigins]);
  return (origin) => {
    if (listed.has(origin)) return true;
    if (strict || !isLoopbackOrigin(origin)) return false;
    notify("v1-origin", noticeText(origin));
    return true;
  };
}

/** Methods and headers are told to everybody; only the origin's own line depends on the list. */
export function preflightHeaders(origin: string, allowed: OriginRule): HeaderList {
  const headers: HeaderList = [
    ["Access-Control-Allow-Headers", CORS.allowHeaders],
    ["Access-Control-Allow-Methods", CORS.allowMethods],
    ["Access-Control-Max-Age", String(CORS.maxAge)],
  ];
  return allowed(origin) ? [...headers, ["Access-Control-Allow-Origin", origin]] : headers;
}

/** For an origin that is not allowed PostgREST's own `*` stays: the browser still reads simple requests. */
export function presentWithCors(response: HttpResponse, origin: string | undefined, allowed: OriginRule): HttpResponse {
  let headers: HeaderList = response.headers.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()));
  if (origin !== undefined && allowed(origin)) headers = setHeader(headers, "Access-Control-Allow-Origin", origin);
  const vary = header(headers, "vary");
  if (vary !== "Origin") headers = setHeader(headers, "Vary", vary ? `${vary},Origin` : "Origin");
  return { status: response.status, headers, body: response.body };
}

const noticeText = (origin: string): string =>
  `A page on ${origin} calls this project from the browser. flux-dev allows every loopback origin; the platform's ` +
  `list holds ${CORS.origins.join(", ")} only, so the origin must be added there. --strict makes flux-dev keep to that list.`;
