/** A request as somebody types it, made into one for the gateway. Pure. */
import { type HeaderList, type HttpRequest, header, splitTarget } from "../../http/message.ts";
import type { KeyRole } from "../../tokens/keys.ts";

export interface AskedRequest {
  /** Upper case. */
  readonly method: string;
  /** `/notes?select=*`, or a whole URL, whose host is then the Host. */
  readonly target: string;
  /** A user, who gets a token that is right in every way. At most one of `as`, `token` and `key`. */
  readonly as?: string | undefined;
  /** Sent as it is. */
  readonly token?: string | undefined;
  /** v1's static keys. */
  readonly key?: KeyRole | undefined;
  readonly body?: string | undefined;
  readonly headers?: HeaderList | undefined;
}

/** `credential` is what comes after `Bearer`; `host` is the project's own. */
export function askedRequest(asked: AskedRequest, credential: string | undefined, host: string): HttpRequest {
  const url = /^https?:\/\//.test(asked.target) ? new URL(asked.target) : undefined;
  const { path, query } = splitTarget(url === undefined ? asked.target : `${url.pathname}${url.search}`);
  const body = Buffer.from(asked.body ?? "");
  const given = asked.headers ?? [];
  const defaults: HeaderList = [
    ["Host", url?.host ?? host],
    ...(credential === undefined ? [] : ([["Authorization", `Bearer ${credential}`]] as const)),
    ...(asked.body === undefined ? [] : ([["Content-Type", "application/json"]] as const)),
    ...(asked.body === undefined ? [] : ([["Content-Length", String(body.length)]] as const)),
  ];
  const headers = [...defaults.filter(([name]) => header(given, name) === undefined), ...given];
  // What curl and browsers do with a blank or an umlaut in a URL.
  return { method: asked.method, path: encoded(path), query: encoded(query), headers, body };
}

/** Escapes what cannot stand in a request target and leaves everything else, escapes included, as it is. */
const encoded = (text: string): string => text.replace(/[^\x21-\x7e]|["<>`]/gu, (found) => encodeURIComponent(found));
