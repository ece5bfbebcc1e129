/** The engine behind a socket: a TCP port or a unix socket. */
import { chmodSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { HttpRequest } from "../../http/message.ts";
import { readRequest, writeResponse } from "../../http/node.ts";
import type { EngineResponse } from "../engine.ts";
import type { Access } from "./logger.ts";
import { answerUnknownMethods } from "./unknown-method.ts";

export interface HttpServerOptions {
  answer(request: HttpRequest): Promise<EngineResponse>;
  logAccess(access: Access): void;
}

export interface Listener {
  /** null for a unix socket. */
  readonly port: number | null;
  close(): Promise<void>;
}

export type Where =
  | { readonly host: string; readonly port: number }
  | { readonly socket: string; readonly mode: number };

/** Rejects with Node's error (`EADDRINUSE`, …). */
export async function listenHttp(where: Where, options: HttpServerOptions): Promise<Listener> {
  const server = createServer({ keepAliveTimeout: 30_000 }, (message, to) => {
    const address = message.socket.remoteAddress ?? "";
    readRequest(message)
      .then(async (request) => {
        const response = await options.answer(request);
        writeResponse(response, to);
        const { role } = response;
        options.logAccess({ request, response, role, address, httpVersion: message.httpVersion });
      })
      .catch(() => {
        // A client that hung up, or a header that SQL set and HTTP cannot carry.
        if (!to.headersSent) to.writeHead(500);
        to.end();
      });
  });
  answerUnknownMethods(server, options.answer);
  return listen(server, where);
}

/** Binds any server; used for the admin port too. */
export async function listen(server: Server, where: Where): Promise<Listener> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  // A file left by a server that was killed would make every later start fail.
  if ("socket" in where) rmSync(where.socket, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(
      "socket" in where ? { path: where.socket } : { host: bindAddress(where.host), port: where.port },
      () => {
        server.off("error", reject);
        resolve();
      },
    );
  });
  if ("socket" in where) chmodSync(where.socket, where.mode);
  return {
    port: "socket" in where ? null : (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** PostgREST's patterns: any address, of IPv4 or IPv6, preferred (`*4`) or only (`!4`). */
export function bindAddress(host: string): string {
  if (host === "*" || host === "*6" || host === "!6") return "::";
  return host === "*4" || host === "!4" ? "0.0.0.0" : host;
}

/** Where to connect to a server that listens on such a pattern. */
export const reachableHost = (host: string): string =>
  /^[*!]/.test(host) || host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
