/** A request as the v2 gateway's HTTP framework sees it: target normalised, repeated fields merged. */
import { rememberForKept } from "../cache/kept.ts";
import { remember, rememberFor } from "../cache/remember.ts";
import type { HeaderList, HttpRequest } from "../http/message.ts";
import { target } from "../http/message.ts";

export interface Arrival {
  readonly method: string;
  /** After WHATWG parsing: dot segments resolved, `\` read as `/`, escapes kept, fragment gone. */
  readonly path: string;
  /** Without `?`; a bare `?` leaves nothing. */
  readonly query: string;
  /** Lower-case names, one value each. */
  readonly fields: ReadonlyMap<string, string>;
  /** The Host field as sent; null when there was none (HTTP/1.0). */
  readonly host: string | null;
  /** Lower case, cut at the first colon and nothing else: a trailing dot stays and makes the host unknown. */
  readonly hostname: string;
}

export const arrive = rememberForKept((request: HttpRequest): Arrival => {
  const { path, query } = targetOf(request);
  const fields = mergeFields(request.headers);
  const host = fields.get("host") ?? null;
  return {
    method: request.method,
    path,
    query,
    fields,
    host,
    hostname: (host ?? "").toLowerCase().split(":", 1)[0]!,
  };
});

type Target = Pick<Arrival, "path" | "query">;

const targetOf = (request: HttpRequest): Target =>
  plainPath.test(request.path) && plainQuery.test(request.query) ? request : parseTarget(target(request));

/** What WHATWG parsing leaves as it is: no segment begins with a dot or has an escape, and nothing needs to be escaped. */
const plainPath = /^(?:\/[\w~!$&()*+,;=:@-][\w.~!$&()*+,;=:@-]*)+$/;
const plainQuery = /^[\w.~!$&()*+,;=:@%/?-]*$/;

const parseTarget = remember((sent): Target => {
  const { pathname, search } = new URL(`http://host${sent}`);
  return { path: pathname, query: search.slice(1) };
});

/** Repeated fields are joined with `, ` (cookies with `; `), as the Fetch standard's `Headers` does. */
export const mergeFields = rememberFor((headers: HeaderList): ReadonlyMap<string, string> => {
  const fields = new Map<string, string>();
  for (const [field, value] of headers) {
    const name = field.toLowerCase();
    const before = fields.get(name);
    fields.set(name, before === undefined ? value : `${before}${name === "cookie" ? "; " : ", "}${value}`);
  }
  return fields;
});
