/** The engine behind a socket: a TCP port or a unix socket. */
import { chmodSync, rmSync } from "node:fs";
import type { HttpRequest, HttpResponse } from "../../http/message.ts";
import { type Handler, type Listening, listen, type Where } from "../../http/node.ts";
import type { EngineConfig } from "../config/types.ts";
import type { EngineResponse } from "../engine.ts";
import type { Access } from "./logger.ts";
import { answerUnknownMethods } from "./unknown-method.ts";

export interface HttpServerOptions {
  answer(request: HttpRequest): Promise<EngineResponse>;
  logAccess(access: Access): void;
}

/** What PostgREST's web server takes, where Node's own limits are tighter: heads of 50 KB, and no Host header. */
const limits = { maxHeaderSize: 50 * 1024, requireHostHeader: false, keepAliveTimeout: 30_000 };

/** Rejects with Node's error (`EADDRINUSE`, …). */
export async function listenHttp(config: EngineConfig, options: HttpServerOptions): Promise<Listening> {
  const { serverUnixSocket, serverUnixSocketMode } = config;
  const where: Where =
    serverUnixSocket === null
      ? { host: bindAddress(config.serverHost), port: config.serverPort }
      : { socketPath: serverUnixSocket };
  // A file left by a server that was killed would make every later start fail.
  if (serverUnixSocket !== null) rmSync(serverUnixSocket, { force: true });
  const answerAndLog: Handler = async (request, message) => {
    const response = await options.answer(request);
    const address = message.socket.remoteAddress ?? "";
    options.logAccess({ request, response, role: response.role, address, httpVersion: message.httpVersion });
    return response;
  };
  const listening = await listenAsPostgrest(answerAndLog, options.answer, where);
  if (serverUnixSocket !== null) chmodSync(serverUnixSocket, serverUnixSocketMode);
  return listening;
}

/** Takes what PostgREST's web server takes. `odd` answers the requests that Node refuses to read: they have no message. */
export async function listenAsPostgrest(
  handler: Handler,
  odd: (request: HttpRequest) => Promise<HttpResponse>,
  where: Where,
): Promise<Listening> {
  const listening = await listen(handler, where, limits);
  answerUnknownMethods(listening.server, odd);
  // Node would answer 417 to anything but `100-continue`; PostgREST's web server looks at nothing else.
  listening.server.on("checkExpectation", (message, to) => listening.server.emit("request", message, to));
  return listening;
}

/** PostgREST's patterns: any address, of IPv4 or IPv6, preferred (`*4`) or only (`!4`). */
export function bindAddress(host: string): string {
  if (host === "*" || host === "*6" || host === "!6") return "::";
  return host === "*4" || host === "!4" ? "0.0.0.0" : host;
}

/** Where to connect to a server that listens on such a pattern. */
export const reachableHost = (host: string): string =>
  /^[*!]/.test(host) || host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
