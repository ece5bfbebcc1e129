/** An upstream that reports what it got, in this process and behind a socket. */
import { type HttpRequest, type HttpResponse, target } from "../../../src/http/message.ts";
import { type Listening, listen } from "../../../src/http/node.ts";

export interface Echo {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export async function echo(request: HttpRequest): Promise<HttpResponse> {
  const headers = Object.fromEntries(request.headers.map(([name, value]) => [name.toLowerCase(), value]));
  const seen: Echo = { method: request.method, url: target(request), headers, body: request.body.toString() };
  return {
    status: 200,
    headers: [
      ["Content-Type", "application/json"],
      ["X-Echo", encodeURIComponent(JSON.stringify(seen))],
    ],
    body: JSON.stringify(seen),
  };
}

export function readEcho(field: string | undefined): Echo | undefined {
  return field === undefined ? undefined : (JSON.parse(decodeURIComponent(field)) as Echo);
}

export function listenEcho(): Promise<Listening> {
  return listen(echo, { port: 0 });
}
