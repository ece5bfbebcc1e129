/** What v2 sends on: the app's request with the bridge token in place of its own, as the platform's HTTP client writes it. */
import { isKept, keep } from "../cache/kept.ts";
import type { HeaderList, HttpRequest } from "../http/message.ts";
import { tenantNames } from "../project/tenant.ts";
import type { Answer } from "./answer.ts";
import { error, refused } from "./answer.ts";
import type { Arrival } from "./arrival.ts";
import type { CatalogEntry } from "./types.ts";

/** Never crosses the gateway, in either direction. */
export const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "te",
  "trailer",
  "proxy-authorization",
  "proxy-authenticate",
]);

/** Who a request is for, in the gateway's own words: a client may not say it, an answer does not show it. */
export const IDENTITY: ReadonlySet<string> = new Set(["x-user-id", "x-role", "x-tenant-id"]);

/** PostgREST's address inside the platform; SQL sees it as the request's Host. */
const POOL_HOST = "flux-postgrest-pool:3000";

export function bodyless(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

/** The requests that the platform's HTTP client cannot send. They fail late: after token and limits. */
export function cannotForward(at: Arrival, project: CatalogEntry): Answer | undefined {
  const because = (code: string, evidence: Record<string, unknown>): Answer => ({
    ...refused("upstream", code, error(502, "upstream error"), evidence),
    project,
  });
  if (at.method === "TRACE") return because("upstream.method", { method: at.method });
  if (at.fields.has("expect")) return because("upstream.expect", { expect: at.fields.get("expect") });
  // The platform resolves such a path as a host name and sends the bridge token there; the emulator must not.
  if (at.path.startsWith("//")) return because("upstream.double-slash", { path: at.path });
  return undefined;
}

export function forwardRequest(at: Arrival, body: Buffer, project: CatalogEntry, bridgeToken: string): HttpRequest {
  const headers = forwardedFields(at, project, bridgeToken);
  const { method, path, query } = at;
  if (body.length > 0 && !bodyless(method)) return { method, path, query, headers, body };
  const before = lastWithoutBody.get(at);
  if (before?.headers === headers) return before;
  const request = { method, path, query, headers, body: empty };
  if (isKept(at)) lastWithoutBody.set(at, keep(request));
  return request;
}

/** So that PostgREST, too, gets the same object for the same request. */
const lastWithoutBody = new WeakMap<Arrival, HttpRequest>();

interface Forwarded {
  readonly method: string;
  readonly projectId: string;
  readonly bridgeToken: string;
  readonly headers: HeaderList;
}

/** What was last made of the same fields: the next request of that client mostly gets the same, for as long as its token lasts. */
const last = new WeakMap<Arrival["fields"], Forwarded>();

function forwardedFields(at: Arrival, { projectId }: CatalogEntry, bridgeToken: string): HeaderList {
  const { method } = at;
  const before = last.get(at.fields);
  if (before?.bridgeToken === bridgeToken && before.method === method && before.projectId === projectId)
    return before.headers;
  const headers = writtenFields(at, projectId, bridgeToken);
  last.set(at.fields, { method, projectId, bridgeToken, headers });
  return headers;
}

function writtenFields(at: Arrival, projectId: string, bridgeToken: string): HeaderList {
  const fields = new Map(at.fields);
  for (const name of [...HOP_BY_HOP, ...IDENTITY]) fields.delete(name);
  const { schema } = tenantNames(projectId);
  fields.set("host", POOL_HOST);
  fields.set("authorization", `Bearer ${bridgeToken}`);
  fields.set("x-forwarded-host", at.hostname);
  fields.set("x-tenant-id", projectId);
  // Both on every method: whatever profile the client asked for, it gets its own schema.
  fields.set("accept-profile", schema);
  fields.set("content-profile", schema);
  addClientFields(fields);
  addBodyFields(fields, at);
  return [...fields];
}

const empty = Buffer.alloc(0);

/** Fields that the Fetch standard and undici add; SQL sees them in `request.headers`. */
function addClientFields(fields: Map<string, string>): void {
  const byDefault = (name: string, value: string) => {
    if (!fields.has(name)) fields.set(name, value);
  };
  byDefault("accept", "*/*");
  byDefault("accept-language", "*");
  fields.set("sec-fetch-mode", "cors");
  byDefault("user-agent", "undici");
  if (CONDITIONAL.some((name) => fields.has(name))) {
    byDefault("pragma", "no-cache");
    byDefault("cache-control", "no-cache");
  }
  const encoding = fields.get("accept-encoding");
  if (fields.has("range")) fields.set("accept-encoding", encoding === undefined ? "identity" : `${encoding}, identity`);
  else byDefault("accept-encoding", "gzip, deflate");
  fields.set("connection", "keep-alive");
}

const CONDITIONAL = ["if-modified-since", "if-none-match", "if-unmodified-since", "if-match", "if-range"];

const EXPECTS_BODY = new Set(["POST", "PUT", "PATCH", "QUERY", "PROPFIND", "PROPPATCH"]);

/** Length or chunking stays as sent; a method that expects a body and has none says length 0, any other says nothing. */
function addBodyFields(fields: Map<string, string>, at: Arrival): void {
  const length = fields.get("content-length");
  if (bodyless(at.method)) fields.delete("content-length");
  else if (at.fields.has("transfer-encoding")) fields.set("transfer-encoding", "chunked");
  else if (EXPECTS_BODY.has(at.method)) fields.set("content-length", length ?? "0");
  else if (length === "0") fields.delete("content-length");
}
