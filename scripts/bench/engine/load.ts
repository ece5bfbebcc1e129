/**
 * A load generator on bare sockets: every connection has one request under way. It costs next to nothing, so that on a
 * machine with few cores the server is what is measured.
 */
import { connect, type Socket } from "node:net";
import { type HttpRequest, target } from "../../../src/http/message.ts";
import type { Measurement } from "./measurement.ts";

export interface Load {
  readonly port: number;
  /** Sent in turn. */
  readonly requests: readonly HttpRequest[];
  readonly connections: number;
  readonly seconds: number;
}

/** Rejects on an answer that is no success, and on a broken connection. */
export async function putUnderLoad({ port, requests, connections, seconds }: Load): Promise<Measurement> {
  const encoded = requests.map(encode);
  let count = 0;
  const next = (): Buffer => encoded[count++ % encoded.length]!;
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  const latencies: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1000;
  try {
    await Promise.all(sockets.map((socket) => drive(socket, next, end, latencies)));
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  return { latencies, seconds: (performance.now() - start) / 1000 };
}

function encode({ method, headers, body, ...rest }: HttpRequest): Buffer {
  const fields = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return Buffer.concat([Buffer.from(`${method} ${target(rest)} HTTP/1.1\r\n${fields}\r\n`), body]);
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket));
    socket.setNoDelay(true);
    socket.once("error", reject);
  });
}

function drive(socket: Socket, next: () => Buffer, end: number, latencies: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    let sent = performance.now();
    socket.write(next());
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("The server closed a connection under load.")));
    socket.on("data", (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      if (!isWhole(received)) return;
      const line = received.toString("latin1", 0, received.indexOf("\r\n"));
      if (!line.startsWith("HTTP/1.1 2")) {
        reject(new Error(`The server answered ${line}: ${received.toString("utf8").slice(0, 2000)}`));
        return;
      }
      const now = performance.now();
      latencies.push(now - sent);
      received = Buffer.alloc(0);
      if (now >= end) {
        resolve();
        return;
      }
      sent = now;
      socket.write(next());
    });
  });
}

/** Answers have a length, or are chunked, or (204) have no body. */
function isWhole(answer: Buffer): boolean {
  const headEnd = answer.indexOf("\r\n\r\n");
  if (headEnd < 0) return false;
  const head = answer.toString("latin1", 0, headEnd);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) return answer.length >= headEnd + 4 + Number(length);
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) return answer.subarray(-5).toString("latin1") === "0\r\n\r\n";
  return true;
}
