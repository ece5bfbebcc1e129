/**
 * Requests with a method Node's parser does not know, and CONNECT, which it keeps for proxies. It answers 400 or nothing by
 * itself; PostgREST, whose parser takes any token for a method, answers 405 with a body that says so. What the parser had
 * read is reported with its error, which is enough to answer a request that came in one piece. The connection ends afterwards.
 */
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import type { HttpRequest, HttpResponse } from "../../http/message.ts";
import { readHead } from "../../http/node.ts";
import { encodeResponse, parseHead } from "../../http/raw.ts";

type Answer = (request: HttpRequest) => Promise<HttpResponse>;

/** A target that is a path is no URL to the parser when the method is CONNECT. */
const refusedHeads = new Set(["HPE_INVALID_METHOD", "HPE_INVALID_URL"]);

/** For a head that is too long or no HTTP, in the words of PostgREST's web server. */
const badRequest: HttpResponse = {
  status: 400,
  headers: [["Content-Type", "text/plain; charset=utf-8"]],
  body: "Bad Request",
};

export function answerUnknownMethods(server: Server, answer: Answer): void {
  const respond = (request: HttpRequest, socket: Duplex): void => {
    answer(request)
      .then((response) => socket.end(encodeResponse(response)))
      .catch(() => socket.destroy());
  };
  server.on("connect", (message: IncomingMessage, socket: Duplex) => respond(readHead(message), socket));
  server.on("clientError", (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket: Duplex) => {
    const request = refusedHeads.has(error.code ?? "") && error.rawPacket ? parseHead(error.rawPacket) : null;
    if (request === null || !socket.writable) {
      if (socket.writable) socket.end(encodeResponse(badRequest));
      return;
    }
    respond(request, socket);
  });
}
