/** The rim: Node's sockets on one side, plain requests and responses on the other. */
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { BoundedMap } from "../cache/bounded-map.ts";
import { keep } from "../cache/kept.ts";
import { type HeaderList, type HttpRequest, type HttpResponse, header, splitTarget, withBody } from "./message.ts";

export type Handler = (request: HttpRequest, message: IncomingMessage) => Promise<HttpResponse>;

/**
 * Everything but the body, for who answers without it or streams it. Absolute-form targets keep only path and query. A client
 * that sends the same head again gets the same object, so that whoever makes something of it can remember that for the request.
 */
export function readHead(message: IncomingMessage): HttpRequest {
  const { method = "GET", url = "/" } = message;
  const { headers, requests } = clientOf(message.rawHeaders);
  const line = `${method} ${url}`;
  const before = requests.get(line);
  if (before !== undefined) return keep(before);
  const { path, query } = splitTarget(url);
  const request = { method, path, query, headers, body: noBody };
  if (line.length <= LONGEST_LINE) requests.set(line, request);
  return request;
}

const noBody = Buffer.alloc(0);

/** Node's flat list of names and values as pairs, order and case kept. Who sends the same again gets the same list. */
export const headerPairs = (raw: readonly string[]): HeaderList => clientOf(raw).headers;

/** The fields that a client sends with request after request, and what it last asked for with them. */
interface Client {
  readonly headers: HeaderList;
  readonly requests: BoundedMap<string, HttpRequest>;
}

function clientOf(raw: readonly string[]): Client {
  // Neither Node's parser nor its client lets a NUL through.
  const text = raw.join("\0");
  const before = clients.get(text);
  if (before !== undefined) return before;
  const headers: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) headers.push([raw[index]!, raw[index + 1]!]);
  const client = { headers, requests: new BoundedMap<string, HttpRequest>(REQUESTS) };
  if (text.length <= LONGEST_KNOWN) clients.set(text, client);
  return client;
}

const clients = new BoundedMap<string, Client>(200);
const REQUESTS = 50;
/** Longer texts are rare, and would make the memory as large as a client likes. */
const [LONGEST_KNOWN, LONGEST_LINE] = [4000, 1000];

/** Collects the body and splits the target; nothing is decoded. A request without a body is there at once. */
function readRequest(message: IncomingMessage): HttpRequest | Promise<HttpRequest> {
  const head = readHead(message);
  return announcesBody(head) ? readBody(message).then((body) => withBody(head, body)) : head;
}

/** A request has a body only if one of these fields says so (RFC 9112, 6.3); waiting for the end of none takes time. */
export const announcesBody = ({ headers }: Pick<HttpRequest, "headers">): boolean =>
  header(headers, "content-length") !== undefined || header(headers, "transfer-encoding") !== undefined;

/** A body on its way, for who may answer without it. */
export interface ArrivingBody {
  /** Rejects when the sender goes away before the end. */
  readonly whole: Promise<Buffer>;
  /** Undefined as long as some of it is missing. */
  readonly arrived: Buffer | undefined;
}

export function receiveBody(message: IncomingMessage): ArrivingBody {
  const receiving: { whole: Promise<Buffer>; arrived: Buffer | undefined } = {
    whole: readBody(message).then((body) => {
      receiving.arrived = body;
      return body;
    }),
    arrived: undefined,
  };
  // Whoever answers without the body does not hear that the rest of it never came.
  receiving.whole.catch(() => {});
  return receiving;
}

/** Rejects when the sender goes away before the end. By events, as an iterator over the stream takes longer than most answers. */
export function readBody(message: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    message.on("data", (chunk: Buffer) => chunks.push(chunk));
    message.once("end", () => resolve(whole(chunks)));
    message.once("error", reject);
    message.once("close", () => {
      if (!message.readableEnded) reject(new Error("The sender went away before the end."));
    });
  });
}

/** One chunk stays as it is, unless small: a copy lives in a pool, and the garbage collector has less to do with it. */
const whole = (chunks: readonly Buffer[]): Buffer =>
  chunks.length === 1 && chunks[0]!.length > SMALL ? chunks[0]! : Buffer.concat(chunks);

const SMALL = 1000;

/** The phrase's UTF-8 bytes; a line break must not end the status line. */
const reasonPhrase = (reason: string): string =>
  Buffer.from(reason)
    .toString("latin1")
    .replace(/[\x00-\x08\x0a-\x1f\x7f]/g, " ");

/** Up to so many bytes, Node sends head and body as one string in one write; the letters of Latin-1 are bytes. */
const oneWrite = 16_384;

/** Writes the response as it is; repeated names become repeated fields. */
export function writeResponse(response: HttpResponse, to: ServerResponse): void {
  const body = typeof response.body === "string" ? Buffer.from(response.body) : response.body;
  const flat: string[] = [];
  for (const [name, value] of response.headers) flat.push(name, value);
  const bodiless = to.req.method === "HEAD" || response.status === 204 || response.status === 304;
  if (!bodiless && header(response.headers, "content-length") === undefined) {
    flat.push("Content-Length", String(body.length));
  }
  if (response.reason !== undefined) to.statusMessage = reasonPhrase(response.reason);
  to.writeHead(response.status, flat);
  if (bodiless) to.end();
  else if (body.length > oneWrite) to.end(body);
  else to.end(body.toString("latin1"), "latin1");
}

/** A TCP address, loopback by default, or a unix socket. */
export type Where = { readonly host?: string; readonly port: number } | { readonly socketPath: string };

export interface Listening {
  /** Of a unix socket: its path, 0 and `unix:…`. */
  readonly host: string;
  readonly port: number;
  readonly url: string;
  readonly server: Server;
  /** Stops accepting, ends idle and busy connections, resolves when the port is free. */
  close(): Promise<void>;
}

/**
 * Listens with a plain handler. Port 0 takes a free one. A handler that throws answers 500 with an empty body: handlers
 * are expected to turn their own errors into responses.
 */
export async function listen(handler: Handler, where: Where, options: ServerOptions = {}): Promise<Listening> {
  return listenServer(
    createServer(options, (message, to) => void serve(handler, message, to)),
    where,
  );
}

async function serve(handler: Handler, message: IncomingMessage, to: ServerResponse): Promise<void> {
  try {
    writeResponse(await handler(await readRequest(message), message), to);
  } catch {
    if (!to.headersSent) to.writeHead(500);
    to.end();
  }
}

/** Binds a server made elsewhere (Express, say). Rejects with Node's error (`EADDRINUSE`, …). */
export async function listenServer(server: Server, where: Where): Promise<Listening> {
  const address =
    "socketPath" in where ? { path: where.socketPath } : { port: where.port, host: where.host ?? "127.0.0.1" };
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    ...place(address, server),
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function place(address: { path: string } | { host: string }, server: Server): Pick<Listening, "host" | "port" | "url"> {
  if ("path" in address) return { host: address.path, port: 0, url: `unix:${address.path}` };
  const { host } = address;
  const { port } = server.address() as AddressInfo;
  const reached = anyAddress[host] ?? host;
  return { host, port, url: `http://${reached.includes(":") ? `[${reached}]` : reached}:${port}` };
}

/** Who listens on all of a machine's addresses is reached from the machine itself by loopback. */
const anyAddress: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };
