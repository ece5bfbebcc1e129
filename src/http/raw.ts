/** A request and a response on a bare socket, for what Node's HTTP parser refuses. */
import { STATUS_CODES } from "node:http";
import type { HttpRequest, HttpResponse } from "./message.ts";

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

/** Ends the connection. */
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
