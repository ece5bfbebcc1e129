/** From what a test writes to a plain request. */
import { framed, type HeaderList, type HttpRequest, splitTarget } from "../../http/message.ts";

export interface RequestOptions {
  /** Default: GET, or POST where there is a body. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>> | HeaderList;
  /** Text and bytes go out as they are, anything else as JSON. */
  readonly body?: unknown;
}

/** `target` is path and query, or a whole URL of which only these count. */
export function buildRequest(target: string, options: RequestOptions, host: string, token?: string): HttpRequest {
  const { body } = options;
  const method = options.method ?? (body === undefined ? "GET" : "POST");
  const own = headerPairsOf(options.headers);
  const named = new Set(own.map(([name]) => name.toLowerCase()));
  const usual: HeaderList = [
    ["Host", host],
    ...(token === undefined ? [] : [["Authorization", `Bearer ${token}`] as const]),
    ...(isJson(body) ? [["Content-Type", "application/json"] as const] : []),
  ];
  return framed({
    method,
    ...splitTarget(target),
    headers: [...usual.filter(([name]) => !named.has(name.toLowerCase())), ...own],
    body: bytesOf(body),
  });
}

function headerPairsOf(headers: RequestOptions["headers"] = []): HeaderList {
  return Array.isArray(headers) ? (headers as HeaderList) : Object.entries(headers as Record<string, string>);
}

const isRaw = (body: unknown): body is string | Uint8Array => typeof body === "string" || body instanceof Uint8Array;
const isJson = (body: unknown): boolean => body !== undefined && !isRaw(body);

function bytesOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  return Buffer.from(isRaw(body) ? (body as string) : JSON.stringify(body));
}
