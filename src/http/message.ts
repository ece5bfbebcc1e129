/**
 * A request and a response as plain data. Everything between the sockets speaks in these two shapes, so that the same
 * function serves HTTP, in-process tests, replay and diagnosis.
 */

/** Header fields in the order sent; a name may occur several times. Names keep their case, look-ups ignore it. */
export type HeaderList = ReadonlyArray<readonly [name: string, value: string]>;

export interface HttpRequest {
  /** Verbatim; HTTP methods are case-sensitive. */
  readonly method: string;
  /** The target's path, still percent-encoded, without the query. Begins with `/`. */
  readonly path: string;
  /** What follows the first `?`, still percent-encoded; empty when there is none. */
  readonly query: string;
  readonly headers: HeaderList;
  /** Empty when the request has no body. */
  readonly body: Buffer;
}

export interface HttpResponse {
  readonly status: number;
  /** Reason phrase, where it is not the usual one of the status. */
  readonly reason?: string;
  readonly headers: HeaderList;
  readonly body: Buffer | string;
}

/** The first field of that name, or undefined. */
export function header(headers: HeaderList, name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (const [field, value] of headers)
    if (field.length === wanted.length && field.toLowerCase() === wanted) return value;
  return undefined;
}

/** Every field of that name, in order. */
export function headerValues(headers: HeaderList, name: string): string[] {
  const wanted = name.toLowerCase();
  return headers.filter(([field]) => field.toLowerCase() === wanted).map(([, value]) => value);
}

/** The list without the named fields (any case). */
export function withoutHeaders(headers: HeaderList, ...names: string[]): HeaderList {
  const unwanted = new Set(names.map((name) => name.toLowerCase()));
  return headers.filter(([field]) => !unwanted.has(field.toLowerCase()));
}

/** The response with other fields. A spread that replaces what it has just copied is slow, and this happens to every answer. */
export const withHeaders = ({ status, reason, body }: HttpResponse, headers: HeaderList): HttpResponse =>
  reason === undefined ? { status, headers, body } : { status, reason, headers, body };

/** The request with that body; the same object where there is none to add. */
export const withBody = (request: HttpRequest, body: Buffer): HttpRequest => {
  if (body.length === 0) return request;
  const { method, path, query, headers } = request;
  return { method, path, query, headers, body };
};

/** A request target in its two parts. Of an absolute URL only they count. */
export function splitTarget(target: string): Pick<HttpRequest, "path" | "query"> {
  const own = target.startsWith("/") ? target : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "");
  const mark = own.indexOf("?");
  const path = mark < 0 ? own : own.slice(0, mark);
  return { path: path.startsWith("/") ? path : `/${path}`, query: mark < 0 ? "" : own.slice(mark + 1) };
}

/** Path and query as one request target. */
export function target(request: Pick<HttpRequest, "path" | "query">): string {
  return request.query === "" ? request.path : `${request.path}?${request.query}`;
}

/** The request with the length of its body, which a socket's requests say; the same object when it says how it is framed. */
export function framed(request: HttpRequest): HttpRequest {
  const { body, headers } = request;
  const says = (name: string) => header(headers, name) !== undefined;
  if (body.length === 0 || says("content-length") || says("transfer-encoding")) return request;
  return { ...request, headers: [...headers, ["Content-Length", String(body.length)]] };
}
