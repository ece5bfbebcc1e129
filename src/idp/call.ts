/** One request as routes see it: path parameters, query, and the body's fields whatever their encoding. */

import { type HttpRequest, type HttpResponse, header } from "../http/message.ts";
import { isObject, parseJson } from "../json/json.ts";
import type { IdpContext } from "./context.ts";
import { ClerkError } from "./errors.ts";

export interface Call {
  readonly request: HttpRequest;
  /** After clerk-js' `_method`: it puts only GET and POST on the wire. */
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly fields: Fields;
  /** The page's origin, as `azp` wants it. */
  readonly origin: string | undefined;
  /** Where the caller reached us, such as `http://localhost:4100`. */
  readonly baseUrl: string;
  /** `Set-Cookie` values to add to the response. */
  readonly setCookies: string[];
}

export type Fields = Readonly<Record<string, unknown>>;

export interface Route {
  readonly method: string;
  /** Segments are literal, `:name` for one or `*` (last) for the rest. */
  readonly pattern: string;
  readonly handle: (ctx: IdpContext, call: Call) => HttpResponse | Promise<HttpResponse>;
}

export function readCall(request: HttpRequest): Call {
  const query = new URLSearchParams(request.query);
  const override = request.method === "POST" ? query.get("_method") : null;
  const origin = header(request.headers, "origin");
  const proxied = header(request.headers, "clerk-proxy-url");
  return {
    request,
    method: (override ?? request.method).toUpperCase(),
    path: request.path.length > 1 ? request.path.replace(/\/+$/, "") : request.path,
    params: {},
    query,
    fields: readFields(request),
    // A same-origin GET carries no Origin, but the proxy in front says where the page lives.
    origin: origin === undefined || origin === "null" ? originOf(proxied) : origin,
    baseUrl: baseUrl(request),
    setCookies: [],
  };
}

/** The first route that fits, with its path parameters; undefined when none does. */
export function findRoute(
  routes: readonly Route[],
  call: Pick<Call, "method" | "path">,
): { route: Route; params: Record<string, string> } | undefined {
  for (const route of routes) {
    const params = route.method === call.method ? matchPath(route.pattern, call.path) : undefined;
    if (params) return { route, params };
  }
  return undefined;
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split("/");
  const given = path.split("/");
  const rest = wanted.at(-1) === "*";
  if (rest ? given.length < wanted.length : given.length !== wanted.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    if (segment === "*") params["*"] = given.slice(index).join("/");
    else if (segment.startsWith(":")) params[segment.slice(1)] = decode(given[index]!);
    else if (segment !== given[index]) return undefined;
  }
  return params;
}

/** A text field, or undefined when it is absent or not text. */
export function text(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === "string" ? value : undefined;
}

/** Numbers come as JSON numbers from servers and as digits from forms. */
export function number(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  const parsed = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof parsed === "number" && Number.isFinite(parsed) ? parsed : undefined;
}

/** Metadata: an object from servers, JSON text from clerk-js' forms. */
export function object(fields: Fields, name: string): Record<string, unknown> | undefined {
  const value = fields[name];
  const parsed = typeof value === "string" ? parseJson(value) : value;
  return isObject(parsed) ? parsed : undefined;
}

/** The value of a cookie of the request. */
export function cookie(request: HttpRequest, name: string): string | undefined {
  for (const pair of (header(request.headers, "cookie") ?? "").split(/;\s*/)) {
    if (pair.startsWith(`${name}=`)) return pair.slice(name.length + 1);
  }
  return undefined;
}

function readFields(request: HttpRequest): Fields {
  if (request.body.length === 0) return {};
  const body = request.body.toString("utf8");
  // Clerk's clients send JSON to the Backend API and forms to the Frontend API.
  if (!/json/i.test(header(request.headers, "content-type") ?? ""))
    return Object.fromEntries(new URLSearchParams(body));
  const parsed = parseJson(body);
  if (!isObject(parsed)) {
    throw new ClerkError(400, "request_body_invalid", "Request body invalid", "The body must be a JSON object.");
  }
  return parsed;
}

/** A proxy that keeps our name may speak https for us; one that hides it (an app's rewrite) leads pages nowhere. */
function baseUrl(request: HttpRequest): string {
  const host = header(request.headers, "host") ?? "localhost";
  const shown = header(request.headers, "x-forwarded-host") ?? host;
  const scheme = shown === host ? (header(request.headers, "x-forwarded-proto") ?? "http") : "http";
  return `${scheme}://${host}`;
}

function originOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).origin : undefined;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
