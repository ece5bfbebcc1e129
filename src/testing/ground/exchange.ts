/**
 * Questions from the workers of a test run to the process that owns the ground: a line of JSON each way. Plain sockets, not
 * HTTP: tests replace `fetch` and `http`.
 */
import { randomBytes } from "node:crypto";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { fromWire, toWire, type WireError } from "../../stack/control/protocol.ts";

/** Where to ask. Plain data, for whoever hands it to the workers. */
export interface ExchangeAddress {
  readonly port: number;
  readonly secret: string;
}

type Reply = { readonly output: unknown } | { readonly error: WireError };

/** Listens on loopback and answers whoever knows the secret. Does not keep the process running. */
export async function serveExchange(
  handle: (input: unknown) => Promise<unknown>,
): Promise<{ address: ExchangeAddress; close(): Promise<void> }> {
  const secret = randomBytes(24).toString("base64url");
  const sockets = new Set<Socket>();
  const answer = async (socket: Socket) => {
    const question = (await readLine(socket)) as { secret?: unknown; input: unknown };
    if (question.secret !== secret) return socket.destroy();
    const reply: Reply = await handle(question.input).then(
      (output) => ({ output }),
      (error: unknown) => ({ error: toWire(error) }),
    );
    return socket.end(`${JSON.stringify(reply)}\n`);
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    answer(socket).catch(() => socket.destroy());
  });
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: { port, secret },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Rejects with the error of the other side. */
export async function ask<Output>({ port, secret }: ExchangeAddress, input: unknown): Promise<Output> {
  const socket = connect({ port, host: "127.0.0.1" });
  socket.write(`${JSON.stringify({ secret, input })}\n`);
  const reply = (await readLine(socket)) as Reply;
  socket.destroy();
  if ("error" in reply) throw await fromWire(reply.error);
  return reply.output as Output;
}

function readLine(socket: Socket): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      if (chunk.includes("\n")) resolve(JSON.parse(Buffer.concat(chunks).toString()));
    });
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("The process that owns the test run's Postgres has ended.")));
  });
}
