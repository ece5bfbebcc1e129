/** What each mode's HTTP server says to a request before its gateway sees it. */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { HttpResponse } from "../http/message.ts";
import { writeResponse } from "../http/node.ts";
import { encodeResponse, type Unparsed } from "../http/raw.ts";
import type { ModeName } from "../project/mode/types.ts";
import { checkUrl, isHealthTarget, isHostForEdge } from "./url-check.ts";

/** Bytes of a head. v2's limit is Node's own; v1's edge takes more than the PostgREST behind it does. */
export const MAX_HEAD: Readonly<Record<ModeName, number>> = { v1: 50 * 1024, v2: 16 * 1024 };

/** Answers what may not come in, and says whether it did. */
export function turnsAway(mode: ModeName, message: IncomingMessage, reply: ServerResponse): boolean {
  const { method = "", url = "", headers, socket } = message;
  if (mode === "v1") {
    if (isHostForEdge(headers.host ?? "")) return false;
    socket.end(encodeResponse(malformedHost));
    return true;
  }
  if (headSize(message) >= MAX_HEAD.v2) {
    socket.end(refusal(TOO_LONG));
    return true;
  }
  const verdict = checkUrl(url, headers.host);
  if (verdict === "fine" || (verdict === "broken" && isHealthTarget(method, url))) return false;
  if (verdict === "refused") reply.writeHead(400).end();
  else frameworkFault(reply);
  return true;
}

/** What Node's parser refuses. v1's edge takes any word for a method and passes it on. */
export const unparsedAtDoor = (mode: () => ModeName, answer: Unparsed["answer"]): Unparsed => ({
  admits: (code) => code === "HPE_INVALID_METHOD" && mode() === "v1",
  answer,
  refusal: (code) => (code === TOO_LONG && mode() === "v1" ? encodeResponse(tooLongForPostgrest) : refusal(code)),
});

/** As Node's parser counts it: without method, separators and line ends. */
function headSize({ url = "", rawHeaders }: IncomingMessage): number {
  let size = url.length;
  for (const text of rawHeaders) size += text.length;
  return size;
}

const plain = ["Content-Type", "text/plain; charset=utf-8"] as const;

const malformedHost: HttpResponse = {
  status: 400,
  reason: "Bad Request: malformed Host header",
  headers: [plain],
  body: "400 Bad Request: malformed Host header",
};

/** v1's edge passes it on, and this is what PostgREST's web server says. */
const tooLongForPostgrest: HttpResponse = { status: 400, headers: [plain, ["Vary", "Origin"]], body: "Bad Request" };

const TOO_LONG = "HPE_HEADER_OVERFLOW";

const REFUSALS: Readonly<Record<string, number>> = {
  [TOO_LONG]: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** As Node does where nobody listens to its errors. */
function refusal(code: string): string {
  const status = REFUSALS[code] ?? 400;
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`;
}

/** What v2's framework answers where it, or the gateway in it, throws. */
export function frameworkFault(reply: ServerResponse): void {
  writeResponse(
    { status: 500, headers: [["content-type", "text/plain; charset=UTF-8"]], body: "Internal Server Error" },
    reply,
  );
}
