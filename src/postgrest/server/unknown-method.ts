/**
 * Requests with a method Node's parser does not know, and CONNECT, which it keeps for proxies. It answers 400 or nothing by
 * itself; PostgREST, whose parser takes any token for a method, answers 405 with a body that says so.
 */
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import type { HttpRequest, HttpResponse } from "../../http/message.ts";
import { readHead } from "../../http/node.ts";
import { answerSocket, encodeResponse, onUnparsed } from "../../http/raw.ts";

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
  server.on("connect", (message: IncomingMessage, socket: Duplex) => answerSocket(socket, answer(readHead(message))));
  onUnparsed(server, {
    admits: (code) => refusedHeads.has(code),
    answer,
    refusal: () => encodeResponse(badRequest),
  });
}
