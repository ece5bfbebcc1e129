/** CORS as PostgREST's middleware does it: around everything else, also around errors and a wrong token. */
import { type HeaderList, type HttpRequest, type HttpResponse, header } from "../../http/message.ts";

const METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE", "OPTIONS", "HEAD"];
const SIMPLE_HEADERS = ["Accept", "Accept-Language", "Content-Language"];
const EXPOSED =
  "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, Server, Transfer-Encoding, Range-Unit";
const MAX_AGE = "86400";

/**
 * The answer to a preflight, or null when the request is none or asks for something outside the policy; it then goes on
 * as if there were no CORS.
 * @param allowed `server-cors-allowed-origins`; null allows all
 */
export function preflight(request: HttpRequest, allowed: readonly string[] | null): HttpResponse | null {
  if (request.method !== "OPTIONS") return null;
  const origin = originHeaders(request, allowed);
  if (origin === null) return null;
  const method = header(request.headers, "access-control-request-method");
  if (method === undefined || !METHODS.includes(method)) return null;
  const asked = header(request.headers, "access-control-request-headers");
  const allowedHeaders = asked === undefined ? [] : allowHeaders(asked);
  if (allowedHeaders === null) return null;
  return {
    status: 200,
    headers: [
      ...origin,
      ["Access-Control-Allow-Methods", METHODS.join(", ")],
      ...allowedHeaders,
      ["Access-Control-Max-Age", MAX_AGE],
    ],
    body: "",
  };
}

/** The headers that go to the end of any other answer; none without `Origin`, or for an origin that is not allowed. */
export function corsHeaders(request: HttpRequest, allowed: readonly string[] | null): HeaderList {
  if (request.method === "OPTIONS") return [];
  const origin = originHeaders(request, allowed);
  return origin === null ? [] : [...origin, ["Access-Control-Expose-Headers", EXPOSED]];
}

function originHeaders(request: HttpRequest, allowed: readonly string[] | null): HeaderList | null {
  const origin = header(request.headers, "origin");
  if (origin === undefined || header(request.headers, "upgrade")?.toLowerCase() === "websocket") return null;
  if (allowed === null) return [["Access-Control-Allow-Origin", "*"]];
  if (!allowed.includes(origin)) return null;
  return [
    ["Access-Control-Allow-Origin", origin],
    ["Access-Control-Allow-Credentials", "true"],
  ];
}

/** Whatever is asked for is allowed, next to `Authorization` and the simple headers; only broken names are not. */
function allowHeaders(asked: string): HeaderList | null {
  const list = ["Authorization", ...(asked === "" ? [] : asked.split(",").map((name) => name.trim()))];
  const known = new Set(list.map((name) => name.toLowerCase()));
  // The middleware reads names up to the first it cannot read, a blank after a comma included, and ignores the rest.
  const read = /^\s*([!#$%&'*+\-.0-9A-Z^_`a-z|~]+\s*(?:,[!#$%&'*+\-.0-9A-Z^_`a-z|~]+\s*)*)?/.exec(asked)?.[1] ?? "";
  const names = read.split(",").map((name) => name.trim().toLowerCase());
  if (!names.every((name) => name === "" || known.has(name))) return null;
  list.push(...SIMPLE_HEADERS.filter((name) => !known.has(name.toLowerCase())));
  return [["Access-Control-Allow-Headers", list.join(", ")]];
}
