/** A request and a response on a bare socket, for what Node's HTTP parser refuses. */
import { type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { HttpRequest, HttpResponse } from "./message.ts";

/** What a server does about bytes that Node's parser takes for no request. */
export interface Unparsed {
  /** Whether what caused this error of the parser's may be a request all the same. */
  admits(code: string): boolean;
  answer(request: HttpRequest): Promise<HttpResponse>;
  /** For all else; the bytes to send. */
  refusal(code: string): Buffer | string;
}

/**
 * What the parser had read is reported with its error, which is enough to answer a request that came in one piece. The
 * connection ends afterwards.
 */
export function onUnparsed(server: Server, { admits, answer, refusal }: Unparsed): void {
  server.on("clientError", (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket: Duplex) => {
    const { code = "", rawPacket } = error;
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    const request = rawPacket !== undefined && admits(code) ? parseHead(rawPacket) : null;
    if (request === null) socket.end(refusal(code));
    else answerSocket(socket, answer(request));
  });
}

/** And ends the connection. */
export function answerSocket(socket: Duplex, answer: Promise<HttpResponse>): void {
  answer.then((response) => socket.end(encodeResponse(response))).catch(() => socket.destroy());
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

/** As bytes that say that the connection ends. */
export function encodeResponse({ status, reason, headers, body }: HttpResponse): Buffer {
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
