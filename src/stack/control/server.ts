/** The running stack's ear for commands: loopback only, and only for who can read the run file. */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { type HttpRequest, type HttpResponse, header } from "../../http/message.ts";
import { type Listening, listen } from "../../http/node.ts";
import type { RunningStack } from "../running-stack.ts";
import { type Handlers, operationsOf } from "./operations.ts";
import { type OperationName, toWire } from "./protocol.ts";

export interface ControlServer {
  readonly url: string;
  readonly token: string;
  close(): Promise<void>;
}

/** `down` is answered first and carried out by `onDown` afterwards. */
export async function startControl(stack: RunningStack, onDown: () => void): Promise<ControlServer> {
  const token = randomBytes(24).toString("base64url");
  const handlers = operationsOf(stack, onDown);
  const listening: Listening = await listen((request) => answer(request, token, handlers), { port: 0 });
  return { url: listening.url, token, close: () => listening.close() };
}

async function answer(request: HttpRequest, token: string, handlers: Handlers): Promise<HttpResponse> {
  if (!isAuthorised(request, token)) return json(401, { error: { name: "Error", message: "Wrong control token." } });
  const name = request.path.slice(1);
  const handler = (Object.hasOwn(handlers, name) ? handlers[name as OperationName] : undefined) as
    | ((input: unknown) => Promise<unknown>)
    | undefined;
  if (request.method !== "POST" || handler === undefined) {
    return json(404, { error: { name: "Error", message: `No such operation: ${request.method} ${request.path}` } });
  }
  try {
    const input = request.body.length === 0 ? undefined : JSON.parse(request.body.toString());
    return json(200, { output: await handler(input) });
  } catch (error) {
    return json(500, { error: toWire(error) });
  }
}

function isAuthorised(request: HttpRequest, token: string): boolean {
  const given = Buffer.from(header(request.headers, "authorization") ?? "");
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function json(status: number, body: unknown): HttpResponse {
  return { status, headers: [["Content-Type", "application/json"]], body: JSON.stringify(body) };
}
