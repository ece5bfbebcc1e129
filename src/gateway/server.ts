/** The gateway on a port. What Node's HTTP server and the platform's framework refuse never reaches the ladder. */
import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { HttpResponse } from "../http/message.ts";
import { announcesBody, type Listening, listenServer, readHead, receiveBody, writeResponse } from "../http/node.ts";
import { encodeResponse, onUnparsed } from "../http/raw.ts";
import { bodyless } from "./forward.ts";
import type { Gateway } from "./gateway.ts";
import { startLine } from "./log.ts";
import { proxyListener } from "./proxy.ts";
import { checkUrl, isHealthTarget } from "./url-check.ts";

const SOCKET_TIMEOUT = 9000;
/** v2's is Node's own, which answers 431 with an empty body. v1's edge takes more than the PostgREST behind it does. */
const MAX_HEADER_SIZE = { v1: 50 * 1024, v2: 16 * 1024 };

/** Listens on loopback unless told otherwise; port 0 takes a free one. Rejects with Node's error (`EADDRINUSE`, …). */
export async function listenGateway(gateway: Gateway, where: { host?: string; port: number }): Promise<Listening> {
  const { options } = gateway;
  const proxied = proxyListener(gateway, (...request) => failed(gateway, ...request));
  const server = createServer({ maxHeaderSize: MAX_HEADER_SIZE.v1 }, (message, reply) => {
    const { method = "", url = "", headers } = message;
    const mode = options.mode();
    if (mode === "v2" && headSize(message) >= MAX_HEADER_SIZE.v2) {
      message.socket.end(refusal("HPE_HEADER_OVERFLOW"));
      return;
    }
    const verdict = checkUrl(url, headers.host);
    if (verdict === "refused") {
      reply.writeHead(400).end();
      return;
    }
    if (verdict === "broken" && mode === "v2" && !isHealthTarget(method, url)) {
      frameworkFault(reply);
      return;
    }
    // v1's edge waits as long as the statement takes.
    if (mode === "v1") message.socket.setTimeout(0);
    else reply.once("finish", () => leaveRest(message));
    if (typeof options.upstream(mode) === "function") void answer(gateway, message, reply);
    else proxied(message, reply);
  });
  onUnparsed(server, {
    // v1's edge takes any word for a method and passes it on.
    admits: (code) => code === "HPE_INVALID_METHOD" && options.mode() === "v1",
    answer: (request) => gateway.handle(request),
    refusal: (code) =>
      code === "HPE_HEADER_OVERFLOW" && options.mode() === "v1" ? encodeResponse(tooLongForPostgrest) : refusal(code),
  });
  server.timeout = options.config.socketTimeoutMs ?? SOCKET_TIMEOUT;
  const listening = await listenServer(server, where);
  options.log?.(startLine(options.clock.now(), listening.port));
  return listening;
}

/** As Node's parser counts it: without method, separators and line ends. */
function headSize({ url = "", rawHeaders }: IncomingMessage): number {
  let size = url.length;
  for (const text of rawHeaders) size += text.length;
  return size;
}

/** v1's edge passes it on, and this is what PostgREST's web server says. */
const tooLongForPostgrest: HttpResponse = {
  status: 400,
  headers: [
    ["Content-Type", "text/plain; charset=utf-8"],
    ["Vary", "Origin"],
  ],
  body: "Bad Request",
};

const REFUSALS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** As Node does where nobody listens to its errors. */
function refusal(code: string): string {
  const status = REFUSALS[code] ?? 400;
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`;
}

/** How long, and for how much, the platform's framework listens to a body whose request it has answered already. */
const REST = { ms: 500, bytes: 64 * 1024 * 1024 };

/** Then it closes the connection. A body of GET or HEAD it leaves alone. */
function leaveRest(message: IncomingMessage): void {
  if (message.complete || bodyless(message.method ?? "")) return;
  let bytes = 0;
  const close = () => message.socket.destroySoon();
  const timer = setTimeout(close, REST.ms);
  message.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > REST.bytes) close();
  });
  message.once("close", () => clearTimeout(timer));
}

async function answer(gateway: Gateway, message: IncomingMessage, reply: ServerResponse): Promise<void> {
  try {
    const head = readHead(message);
    const arriving = announcesBody(head) ? receiveBody(message) : undefined;
    writeResponse(await gateway.handle(head, arriving), reply);
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
  frameworkFault(reply);
}

function frameworkFault(reply: ServerResponse): void {
  writeResponse(
    { status: 500, headers: [["content-type", "text/plain; charset=UTF-8"]], body: "Internal Server Error" },
    reply,
  );
}
