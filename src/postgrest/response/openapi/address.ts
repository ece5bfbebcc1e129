/** Where the document says the API is. */
import type { EngineConfig } from "../../config/types.ts";

export interface Address {
  readonly scheme: "http" | "https";
  /** `host:port` */
  readonly host: string;
  readonly path: string;
}

/** Of `openapi-server-proxy-uri` where it is set and well formed, else the server's own. */
export function documentAddress(config: EngineConfig): Address {
  const proxy = config.openApiServerProxyUri === null ? null : proxyAddress(config.openApiServerProxyUri);
  if (proxy !== null) return proxy;
  return { scheme: "http", host: `${hostName(config.serverHost)}:${config.serverPort}`, path: "/" };
}

/** Only http(s), with a host, without user and query. The host keeps its case. */
function proxyAddress(uri: string): Address | null {
  const match = /^(https?):\/\/(\[[^\]]*\]|[^:/?#@]+)(?::(\d*))?(\/[^?#]*)?(?:#.*)?$/i.exec(uri);
  if (match === null) return null;
  const scheme = match[1]!.toLowerCase() === "http" ? "http" : "https";
  const port = match[3] ? Number(match[3]) : scheme === "http" ? 80 : 443;
  if (port < 1 || port > 65535) return null;
  return { scheme, host: `${hostName(match[2]!)}:${port}`, path: match[4] ?? "/" };
}

/** PostgREST's host patterns for "any address". */
const hostName = (host: string): string => (["*", "*4", "!4", "*6", "!6"].includes(host) ? "0.0.0.0" : host);
