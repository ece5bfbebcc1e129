/** What v1's edge sends on: the client's request as a reverse proxy rewrites it, with the prefix cut. */
import { rememberFor } from "../cache/remember.ts";
import { type HeaderList, type HttpRequest, header, headerValues } from "../http/message.ts";
import { modes } from "../project/mode/mode.ts";
import { type Passed, passed } from "./answer.ts";
import { HOP_BY_HOP } from "./forward.ts";

const { stripPrefix: PREFIX } = modes.v1.edge;

/** A plain prefix match: `/rest/v1x` becomes `/x`. */
export function forwardAsEdge(request: HttpRequest): Passed<HttpRequest> {
  const { method, body } = request;
  const path = normalised(request.path);
  // The proxy takes both for separators, so a filter's value ends at a semicolon that is not escaped.
  const query = request.query.replaceAll(";", "&");
  const { whole, prefixed } = forwardedFields(request.headers);
  if (PREFIX === undefined || !path.startsWith(PREFIX)) {
    return passed("edge", "edge.forwarded", { method, path, query, headers: whole, body }, { path });
  }
  const rest = path.slice(PREFIX.length);
  const inner = rest.startsWith("/") ? rest : `/${rest}`;
  const evidence = { path: inner, stripped: PREFIX };
  return passed("edge", "edge.prefix", { method, path: inner, query, headers: prefixed, body }, evidence);
}

/** Letters need no escape and lose it; dot segments are resolved, doubled slashes become one. */
function normalised(path: string): string {
  const plain = path.replace(/%[0-9a-f]{2}/gi, (escaped) => {
    const letter = String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    return /[\w.~-]/.test(letter) ? letter : escaped.toUpperCase();
  });
  return new URL(`http://host${plain}`).pathname.replace(/\/{2,}/g, "/");
}

/** Where a request goes and how its body is framed no `Connection` can take from it; chunks stay chunks. */
const KEPT = new Set(["host", "content-length", "transfer-encoding"]);

/** What the edge itself says of a request, so nobody else may. */
const TOLD_BY_EDGE =
  /^x-(?:real-ip|forwarded-(?:for|host|method|port|prefix|proto|server|tls-client-cert(?:-info)?|uri))$/;

const forwardedFields = rememberFor((headers: HeaderList) => {
  const named = headerValues(headers, "connection").flatMap((value) => value.toLowerCase().split(","));
  const dropped = new Set([...HOP_BY_HOP, "proxy-connection", ...named.map((name) => name.trim())]);
  const passing = headers.filter(([field]) => {
    const name = field.toLowerCase();
    return KEPT.has(name) || !(dropped.has(name) || TOLD_BY_EDGE.test(name));
  });
  const whole: HeaderList = [...passing, ...told(header(headers, "host") ?? "")];
  return { whole, prefixed: [...whole, ["x-forwarded-prefix", PREFIX ?? ""]] satisfies HeaderList };
});

/** SQL sees these in `request.headers`. The emulator's clients are on this machine. */
const told = (host: string): HeaderList => [
  ["x-forwarded-for", "127.0.0.1"],
  ["x-forwarded-host", host],
  ["x-forwarded-port", /:(\d+)$/.exec(host)?.[1] ?? "80"],
  ["x-forwarded-proto", "http"],
  ["x-real-ip", "127.0.0.1"],
];
