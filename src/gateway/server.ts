/** The gateway on a port. What an HTTP server refuses by itself never reaches the ladder. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { announcesBody, type Listening, listenServer, readHead, receiveBody, writeResponse } from "../http/node.ts";
import { onUnparsed } from "../http/raw.ts";
import { bodyless } from "./forward.ts";
import { frameworkFault, MAX_HEAD, turnsAway, unparsedAtDoor } from "./front-door.ts";
import type { Gateway } from "./gateway.ts";
import { startLine } from "./log.ts";
import { proxyListener } from "./proxy.ts";

const SOCKET_TIMEOUT = 9000;

/** Listens on loopback unless told otherwise; port 0 takes a free one. Rejects with Node's error (`EADDRINUSE`, …). */
export async function listenGateway(gateway: Gateway, where: { host?: string; port: number }): Promise<Listening> {
  const { options } = gateway;
  const proxied = proxyListener(gateway, (...request) => failed(gateway, ...request));
  const server = createServer({ maxHeaderSize: MAX_HEAD.v1 }, (message, reply) => {
    const mode = options.mode();
    if (turnsAway(mode, message, reply)) return;
    // v1's edge waits as long as the statement takes.
    if (mode === "v1") message.socket.setTimeout(0);
    else reply.once("finish", () => leaveRest(message));
    if (typeof options.upstream(mode) === "function") void answer(gateway, message, reply);
    else proxied(message, reply);
  });
  onUnparsed(
    server,
    unparsedAtDoor(options.mode, (request) => gateway.handle(request)),
  );
  server.timeout = options.config.socketTimeoutMs ?? SOCKET_TIMEOUT;
  const listening = await listenServer(server, where);
  options.log?.(startLine(options.clock.now(), listening.port));
  return listening;
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
