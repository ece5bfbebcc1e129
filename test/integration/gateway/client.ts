/** A client that sends what it is told: any Host, repeated fields, no field of its own but `Connection`. */
import { request } from "node:http";
import { connect } from "node:net";
import { type HeaderList, type HttpResponse, header } from "../../../src/http/message.ts";
import { headerPairs, readBody } from "../../../src/http/node.ts";

export interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly host?: string;
  readonly headers?: HeaderList;
  readonly body?: string;
}

export interface Received extends Omit<HttpResponse, "body"> {
  readonly body: string;
  field(name: string): string | undefined;
}

export function send(port: number, { method = "GET", path, host, headers = [], body = "" }: Sent): Promise<Received> {
  const fields = [
    ...(host === undefined ? [] : [["Host", host] as const]),
    ...headers,
    ["Connection", "close"] as const,
  ];
  if (body !== "") fields.push(["Content-Length", String(Buffer.byteLength(body))]);
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, method, path, setHost: false, headers: fields.flat() };
    const outgoing = request(options, async (incoming) => {
      const received = headerPairs(incoming.rawHeaders);
      resolve({
        status: incoming.statusCode!,
        headers: received,
        body: (await readBody(incoming)).toString(),
        field: (name) => header(received, name),
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** Everything the server writes to one raw text until it closes the connection, or `ms` have passed. */
export function sendRaw(port: number, text: string, ms = 300): Promise<string> {
  return new Promise((resolve) => {
    let received = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(Buffer.from(text, "latin1")));
    const done = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(received);
    };
    const timer = setTimeout(done, ms);
    socket.on("data", (data) => {
      received += data.toString("latin1");
    });
    socket.on("close", done).on("error", done);
  });
}
