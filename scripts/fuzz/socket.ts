/** Raw bytes to a port: whole requests, and all that a client, a proxy or an attacker may make of them. */
import { connect } from "node:net";
import type { HttpRequest } from "../../src/http/message.ts";
import { target } from "../../src/http/message.ts";
import type { Random } from "./random.ts";
import { marker } from "./values.ts";

/** The request as bytes, right or spoilt in one way or another; in the pieces in which they are written. */
export function rawPieces(random: Random, request: HttpRequest): readonly Buffer[] {
  const clean = (text: string): string => text.replaceAll(/[\r\n]/g, "");
  const line = `${clean(request.method) || "GET"} ${clean(target(request)).replaceAll(" ", "%20")} HTTP/1.1`;
  const fields = request.headers.map(([name, value]) => `${clean(name)}: ${clean(value)}`);
  const head = (first: string, ...more: string[]): string =>
    `${[first, "Host: fuzz", ...fields, ...more].join("\r\n")}\r\n\r\n`;
  const length = `Content-Length: ${request.body.length}`;
  const { body } = request;
  const whole = Buffer.concat([Buffer.from(head(line, length), "latin1"), body]);
  switch (random.below(14)) {
    case 0:
      return [damaged(random, whole)];
    case 1:
      return [Buffer.from(head(line, "Transfer-Encoding: chunked") + chunked(random, body), "latin1")];
    case 2:
      return [
        Buffer.from(head(line, `Content-Length: ${random.pick(["-1", "x", "5, 6", "99999", "1e3", ""])}`), "latin1"),
        body,
      ];
    case 3:
      return [Buffer.from(head(line, length, "Transfer-Encoding: chunked"), "latin1"), body];
    case 4:
      return [Buffer.from(head(`${marker(random).toUpperCase()} ${target(request)} HTTP/1.1`, length), "latin1"), body];
    case 5:
      return [
        Buffer.from(head(line.replace(/1\.1$/, random.pick(["1.0", "2.0", "0.9", "9.9", "x"])), length), "latin1"),
        body,
      ];
    case 6:
      return [whole, whole];
    case 7:
      return [whole.subarray(0, random.below(whole.length))];
    case 8:
      return [
        Buffer.from(head(line, length, `X-Large: ${"a".repeat(random.pick([40_000, 49_000, 70_000]))}`), "latin1"),
        body,
      ];
    case 9:
      return [random.bytes(random.below(200))];
    case 10:
      return [
        Buffer.from(
          head(line.replace(" /", ` ${random.pick(["http://a.test/", "*", "a:1/", "//", "/../"])}`), length),
          "latin1",
        ),
        body,
      ];
    default: {
      const cut = random.below(whole.length);
      return random.chance(0.5) ? [whole] : [whole.subarray(0, cut), whole.subarray(cut)];
    }
  }
}

function damaged(random: Random, bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let left = 1 + random.below(4); left > 0; left -= 1) copy[random.below(copy.length)] = random.below(256);
  return copy;
}

function chunked(random: Random, body: Buffer): string {
  const text = body.toString("latin1");
  const size = random.chance(0.7) ? body.length.toString(16) : random.pick(["zz", "ffffffffff", "-1", "", "0x1"]);
  return `${size}\r\n${text}\r\n${random.chance(0.8) ? "0\r\n\r\n" : "0"}`;
}

export interface RawAnswers {
  /** In order; none when the server only hung up. */
  readonly answers: ReadonlyArray<{ readonly status: number; readonly body: Buffer }>;
  /** Whether the connection had to be given up. */
  readonly timedOut: boolean;
}

/** Writes the pieces, says that nothing will follow, and collects what comes until the server hangs up. */
export function exchange(port: number, pieces: readonly Buffer[], limit: number): Promise<RawAnswers> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      socket.destroy();
    }, limit);
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", () => {}); // A reset is the server's good right.
    socket.on("end", () => socket.destroy());
    socket.on("close", () => {
      clearTimeout(timer);
      resolve({ answers: split(Buffer.concat(chunks).toString("latin1")), timedOut });
    });
    for (const piece of pieces) socket.write(piece);
    socket.end();
  });
}

/** Status lines and bodies; chunks need no decoding, for the server sends lengths. */
function split(text: string): Array<{ status: number; body: Buffer }> {
  return text.split(/(?=HTTP\/1\.1 \d{3} )/).flatMap((answer) => {
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1];
    const end = answer.indexOf("\r\n\r\n");
    return status === undefined ? [] : [{ status: Number(status), body: Buffer.from(answer.slice(end + 4), "latin1") }];
  });
}
