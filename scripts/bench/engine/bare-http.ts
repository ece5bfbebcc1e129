/**
 * What Node's own HTTP server gives when it has nothing to do: it reads the request and sends the engine's answer, which was
 * made beforehand. No server on `node:http` gets beyond it.
 */
import { createServer } from "node:http";
import type { HeaderList } from "../../../src/http/message.ts";
import { listenServer } from "../../../src/http/node.ts";
import { readConfig } from "../../../src/postgrest/config/read.ts";
import { dialects } from "../../../src/postgrest/dialect.ts";
import { createEngine } from "../../../src/postgrest/engine.ts";
import { type CallName, calls, engineToken, requestsOf } from "./requests.ts";

/** Returns the port. */
export async function startBareHttp(env: Readonly<Record<string, string | undefined>>): Promise<number> {
  const engine = await createEngine({ config: readConfig({ env }, dialects["12.2"]), version: "12.2" });
  const answers = new Map<string, { status: number; headers: string[]; body: Buffer }>();
  for (const call of Object.keys(calls) as CallName[]) {
    for (const request of requestsOf(call, engineToken)) {
      const { status, headers, body } = await engine.handle(request);
      const bytes = Buffer.from(body);
      answers.set(request.path + request.query, { status, headers: fieldsOf(headers, bytes), body: bytes });
    }
  }
  await engine.close();
  const server = createServer((message, to) => {
    const { status, headers, body } = answers.get(message.url!.replace("?", ""))!;
    message.resume().on("end", () => to.writeHead(status, headers).end(body));
  });
  return (await listenServer(server, { port: 0 })).port;
}

function fieldsOf(headers: HeaderList, body: Buffer): string[] {
  const others = headers.filter(([name]) => name.toLowerCase() !== "content-length");
  return [...others, ["Content-Length", String(body.length)]].flat();
}
