/** The gateway on a port. What Node's HTTP server and the platform's framework refuse never reaches the ladder. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type Listening, listenServer, readRequest, writeResponse } from "../http/node.ts";
import type { Gateway } from "./gateway.ts";
import { startLine } from "./log.ts";
import { proxyListener } from "./proxy.ts";

const SOCKET_TIMEOUT = 9000;
/** Beyond it Node answers 431 with an empty body. */
const MAX_HEADER_SIZE = 16 * 1024;

/** Listens on loopback unless told otherwise; port 0 takes a free one. Rejects with Node's error (`EADDRINUSE`, …). */
export async function listenGateway(gateway: Gateway, where: { host?: string; port: number }): Promise<Listening> {
  const { options } = gateway;
  const proxied = proxyListener(gateway, (...request) => failed(gateway, ...request));
  const server = createServer({ maxHeaderSize: MAX_HEADER_SIZE }, (message, reply) => {
    if (isMalformed(message)) {
      reply.writeHead(400).end();
      return;
    }
    const mode = options.mode();
    // v1's edge waits as long as the statement takes.
    if (mode === "v1") message.socket.setTimeout(0);
    if (typeof options.upstream(mode) === "function") void answer(gateway, message, reply);
    else proxied(message, reply);
  });
  server.timeout = options.config.socketTimeoutMs ?? SOCKET_TIMEOUT;
  const listening = await listenServer(server, where);
  options.log?.(startLine(options.clock.now(), listening.port));
  return listening;
}

async function answer(gateway: Gateway, message: IncomingMessage, reply: ServerResponse): Promise<void> {
  try {
    writeResponse(await gateway.handle(await readRequest(message)), reply);
  } catch (problem) {
    failed(gateway, message, reply, problem);
  }
}

/** Either the client went away while sending its body, or the emulator has a fault: the framework's own 500. */
function failed(gateway: Gateway, message: IncomingMessage, reply: ServerResponse, problem: unknown): void {
  if (!message.complete || reply.headersSent) {
    reply.destroy();
    return;
  }
  const details = problem instanceof Error ? problem.stack : String(problem);
  gateway.options.notice?.(`A fault inside flux-dev, please report it: ${message.method} ${message.url}: ${details}`);
  reply.writeHead(500, { "content-type": "text/plain; charset=UTF-8" }).end("Internal Server Error");
}

/** A target or a Host that cannot be part of a URL: 400 with an empty body. An empty Host is merely unknown. */
function isMalformed(message: Pick<IncomingMessage, "url" | "headers">): boolean {
  const target = message.url ?? "";
  const absolute = /^https?:\/\//.test(target);
  if (absolute ? !URL.canParse(target) : !target.startsWith("/")) return true;
  const host = message.headers.host ?? "";
  return host !== "" && !PLAIN_HOST.test(host) && !isParsedAsIs(host);
}

const PLAIN_HOST = /^[a-z0-9._-]+(?::\d{1,4})?$/;

/** User info, a path, blanks, escapes, a bad port and the like change or break the host when a URL is made of it. */
function isParsedAsIs(host: string): boolean {
  if (!URL.canParse(`http://${host}`)) return false;
  const name = host.replace(/:\d+$/, "").toLowerCase();
  return new URL(`http://${host}`).hostname === name;
}
