import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A TCP proxy in front of Postgres that counts how often the client's side had something to say. */
export async function countingProxy(postgres: string) {
  const target = new URL(postgres);
  const sockets = new Set<Socket>();
  let writes = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => {});
    }
    client.on("data", (chunk) => {
      writes += 1;
      upstream.write(chunk);
    });
    upstream.pipe(client);
    client.on("close", () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(postgres);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    async writesDuring(act: () => Promise<unknown>): Promise<number> {
      const before = writes;
      await act();
      return writes - before;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
