/** The requests that are measured. */
import type { HttpRequest } from "../../../src/http/message.ts";
import { signJws } from "../../../src/tokens/jws.ts";
import { projectId, runtimeRole } from "./database.ts";

/** Signs what PostgREST itself checks; behind the gateway that is the bridge token. */
export const poolSecret = "bench-pool-secret-0123456789abcdef0123456789abcdef";
/** Signs what an app sends to the gateway. */
export const projectSecret = "bench-project-secret-0123456789abcdef0123456789abcdef";

const claims = { sub: "user_bench", exp: Math.floor(Date.now() / 1000) + 24 * 3600 };
const header = { alg: "HS256", typ: "JWT" } as const;
export const engineToken = signJws(header, { ...claims, role: runtimeRole, tenant_id: projectId }, poolSecret);
export const gatewayToken = signJws(header, claims, projectSecret);

type Call = Pick<HttpRequest, "method" | "path" | "query"> & {
  readonly body?: string;
  /** Queries that are sent in turn with the first. */
  readonly others?: readonly string[];
};

export const calls = {
  "one row": { method: "GET", path: "/projects", query: "id=eq.42&select=id,name,budget" },
  // The engine remembers some hundred requests. None of these is among them when it comes again.
  "one row of 1000": {
    method: "GET",
    path: "/projects",
    query: "id=eq.1&select=id,name,budget",
    others: Array.from({ length: 999 }, (_, index) => `id=eq.${index + 2}&select=id,name,budget`),
  },
  "100 rows, 2 embeds": {
    method: "GET",
    path: "/projects",
    query: "select=id,name,client:clients(id,name),tasks(id,title,done)&order=id.asc&limit=100",
  },
  insert: { method: "POST", path: "/notes", query: "", body: '{"title":"A note","body":"What there is to say"}' },
  rpc: { method: "POST", path: "/rpc/add", query: "", body: '{"a":1,"b":2}' },
} as const satisfies Record<string, Call>;

export type CallName = keyof typeof calls;

/** What is sent in turn. */
export function requestsOf(name: CallName, token: string): HttpRequest[] {
  const request = requestOf(name, token);
  const { others = [] }: Call = calls[name];
  return [request, ...others.map((query) => ({ ...request, query }))];
}

export function requestOf(name: CallName, token: string): HttpRequest {
  const { method, path, query, body = "" }: Call = calls[name];
  const headers: Array<readonly [string, string]> = [
    ["Host", "127.0.0.1"],
    ["Authorization", `Bearer ${token}`],
    ["Accept", "application/json"],
    ["User-Agent", "bench"],
  ];
  if (body !== "") headers.push(["Content-Type", "application/json"], ["Content-Length", String(body.length)]);
  return { method, path, query, headers, body: Buffer.from(body) };
}
