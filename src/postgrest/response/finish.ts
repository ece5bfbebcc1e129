/** What stands around every answer: the server's name, the trace header, `Retry-After`, CORS. */
import { type HeaderList, type HttpRequest, type HttpResponse, header, withHeaders } from "../../http/message.ts";
import type { EngineConfig } from "../config/types.ts";
import type { Dialect } from "../dialect.ts";
import { corsHeaders } from "./cors.ts";
import { encodeHeaders } from "./encode-headers.ts";
import { isPlain, sendable } from "./sendable.ts";

/**
 * @param retryAfter seconds until the database is tried again, for 503 answers
 */
export function finishResponse(
  response: HttpResponse,
  request: HttpRequest,
  config: EngineConfig,
  dialect: Dialect,
  retryAfter: number,
): HttpResponse {
  const sent = isPlain(response) ? response : sendable(withHeaders(response, encodeHeaders(response.headers)));
  const headers: HeaderList = [
    serverName(dialect),
    ...traceHeader(request, config.serverTraceHeader),
    ...(sent.status === 503 ? [["Retry-After", String(retryAfter)] as const] : []),
    ...sent.headers,
    ...corsHeaders(request, config.serverCorsAllowedOrigins),
  ];
  return withHeaders(sent, headers);
}

/** What the web server answers in PostgREST's place goes around all that stands around PostgREST's answers. */
export const finishBare = (response: HttpResponse, dialect: Dialect): HttpResponse =>
  withHeaders(response, [serverName(dialect), ...response.headers]);

const serverName = ({ fullVersion }: Dialect): readonly [string, string] => ["Server", `postgrest/${fullVersion}`];

/** Sent back as it came, and empty when it did not come. */
function traceHeader(request: HttpRequest, name: string | null): HeaderList {
  return name === null ? [] : [[name, header(request.headers, name) ?? ""]];
}
