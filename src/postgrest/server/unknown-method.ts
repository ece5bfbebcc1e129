/**
 * Requests with a method Node's parser does not know, and CONNECT, which it keeps for proxies. It answers 400 or nothing by
 * itself; PostgREST, whose parser takes any token for a method, answers 405 with a body that says so. What the parser had
 * read is reported with its error, which is enough to answer a request that came in one piece. The connection ends afterwards.
 */
import type { IncomingMessage, Server } from "node:http";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { HttpRequest, HttpResponse } from "../../http/message.ts";
import { readHead } from "../../http/node.ts";

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

/** The head of a request; null when it is not a whole HTTP/1 head. The body is left out: no method here has a use for it. */
export function parseHead(packet: Buffer): HttpRequest | null {
  const text = packet.toString("latin1");
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const [first = "", ...lines] = text.slice(0, end).split("\r\n");
  const match = /^([!#$%&'*+\-.0-9A-Z^_`a-z|~]+) (\/[^ ?]*)(?:\?([^ ]*))? HTTP\/1\.[01]$/.exec(first);
  if (match === null) return null;
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
  });
  return { method: match[1]!, path: match[2]!, query: match[3] ?? "", headers, body: Buffer.alloc(0) };
}

function encodeResponse({ status, reason, headers, body }: HttpResponse): Buffer {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const lines = [
    `HTTP/1.1 ${status} ${reason ?? STATUS_CODES[status] ?? ""}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${bytes.length}`,
    `Date: ${new Date().toUTCString()}`,
    "Connection: close",
  ];
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), bytes]);
}
