/** The request phase: from HTTP to what is wanted, without a look at the database. */

import { remember, rememberFor } from "../../cache/remember.ts";
import { type HeaderList, type HttpRequest, header } from "../../http/message.ts";
import type { EngineConfig } from "../config/types.ts";
import type { Dialect } from "../dialect.ts";
import { notFound, unacceptableSchema } from "../errors/catalogue.ts";
import type { SchemaCache } from "../schema-cache/types.ts";
import { headerText } from "./bytes.ts";
import { decodeMediaType, type MediaType, parseAccept } from "./media-type.ts";
import { readPayload } from "./payload.ts";
import { parsePreferences } from "./preferences.ts";
import { parseQueryParams } from "./query-params.ts";
import { topLevelRange } from "./requested-ranges.ts";
import { findIntent, findResource } from "./resource.ts";
import type { ApiRequest, QueryParams } from "./types.ts";

/**
 * Reads a request. Checks follow one another in the order of the version that is imitated.
 *
 * @throws PgrstError PGRST1xx, the bare 404, or the web server's 500 for text that is not UTF-8
 */
export function buildApiRequest(
  config: EngineConfig,
  dialect: Dialect,
  request: HttpRequest,
  cache: Pick<SchemaCache, "timezones">,
): ApiRequest {
  const { method, headers, path } = request;
  const resource = findResource(path, config);
  const checks = {
    profile: once(() => negotiateSchema(config.dbSchemas, method, headers)),
    method: once(() => findIntent(resource, method, dialect)),
    query: once(() => parseQueryParams(request.query, resource.kind === "routine" && isReading(method))),
  };
  for (const check of dialect.requestChecks) checks[check]();
  const { schema, negotiated } = checks.profile();
  const action = checks.method()(schema);
  const queryParams = checks.query();

  const range = topLevelRange(method, queryParams, headers);
  const contentMediaType = contentType(headers, dialect);
  const { payload, columns } = readPayload(request.body, contentMediaType, action, queryParams.columns, dialect);
  if (action.kind === "relation-mutate" && resource.kind === "schema") throw notFound();
  const preferenceContext = { dialect, allowsTransaction: config.dbTxAllowOverride, timezones: cache.timezones };
  const { fields, cookies } = fieldsOf(headers);
  return {
    headers: fields,
    cookies,
    action,
    topLevelRange: range,
    payload,
    preferences: parsePreferences(headers, preferenceContext),
    queryParams,
    columns,
    path,
    method,
    schema,
    negotiatedByProfile: negotiated,
    accept: acceptedTypes(headers, dialect),
    contentMediaType,
  };
}

/** What a request says apart from its body and the fields that only SQL looks at. */
export type RequestHead = Omit<ApiRequest, "payload" | "columns" | "headers" | "cookies">;

/** A head may be remembered for long, so it must not hold on to the rest of the request. */
export const headOf = (request: ApiRequest): RequestHead => ({
  action: request.action,
  topLevelRange: request.topLevelRange,
  preferences: request.preferences,
  queryParams: request.queryParams,
  path: request.path,
  method: request.method,
  schema: request.schema,
  negotiatedByProfile: request.negotiatedByProfile,
  accept: request.accept,
  contentMediaType: request.contentMediaType,
});

/** Fields that decide how a request is read. */
const decisive = new Set(["accept", "content-type", "prefer", "range", "accept-profile", "content-profile"]);

/** All that `buildApiRequest` makes the head from, under one configuration and schema cache. */
export function headText({ method, path, query, headers }: HttpRequest): string {
  // With its length, no part can be taken for another.
  return `${method.length} ${path.length} ${query.length} ${method}${path}${query}${decisiveText(headers)}`;
}

const decisiveText = rememberFor((headers: HeaderList): string => {
  let text = "";
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (decisive.has(lower)) text += `\n${lower} ${value.length} ${value}`;
  }
  return text;
});

/** A request whose head has been read before. @throws PgrstError PGRST102 */
export function requestOf(
  dialect: Dialect,
  head: RequestHead,
  { body, headers }: HttpRequest,
  queryParams: QueryParams = head.queryParams,
): ApiRequest {
  const { payload, columns } = readPayload(body, head.contentMediaType, head.action, queryParams.columns, dialect);
  const { fields, cookies } = fieldsOf(headers);
  // Spelt out: a spread of so many properties would take longer than all the rest of reading a request.
  return {
    action: head.action,
    topLevelRange: head.topLevelRange,
    payload,
    preferences: head.preferences,
    queryParams,
    columns,
    headers: fields,
    cookies,
    path: head.path,
    method: head.method,
    schema: head.schema,
    negotiatedByProfile: head.negotiatedByProfile,
    accept: head.accept,
    contentMediaType: head.contentMediaType,
  };
}

const none: ApiRequest["cookies"] = [];

interface Fields {
  /** Lower-case names, without the cookies. */
  readonly fields: HeaderList;
  readonly cookies: ApiRequest["cookies"];
}

const fieldsOf = rememberFor((headers: HeaderList): Fields => {
  const fields: Array<readonly [string, string]> = [];
  let cookies: ApiRequest["cookies"] | undefined;
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (lower !== "cookie") fields.push([lower, value]);
    else cookies ??= parseCookies(value);
  }
  return { fields, cookies: cookies ?? none };
});

function once<T>(compute: () => T): () => T {
  let result: { readonly value: T } | undefined;
  return () => {
    result ??= { value: compute() };
    return result.value;
  };
}

const isReading = (method: string): boolean => method === "GET" || method === "HEAD";

const writing = new Set(["POST", "PATCH", "PUT", "DELETE"]);

/** @throws PgrstError PGRST106 */
function negotiateSchema(schemas: readonly string[], method: string, headers: HeaderList) {
  const profile = header(headers, writing.has(method) ? "content-profile" : "accept-profile");
  // With several schemas the first counts as negotiated even when nobody asked.
  if (profile === undefined) return { schema: schemas[0] ?? "", negotiated: schemas.length !== 1 };
  const schema = headerText(profile);
  if (!schemas.includes(schema)) throw unacceptableSchema(schemas);
  return { schema, negotiated: true };
}

/** Apps send the same few over and over. */
const readContentType = byParsing((mediaTypeParsing, value) => decodeMediaType(value, { mediaTypeParsing }));
const readAccept = byParsing((mediaTypeParsing, value) => parseAccept(value, { mediaTypeParsing }));

function byParsing<T extends object>(read: (parsing: Dialect["mediaTypeParsing"], value: string) => T) {
  return { tokens: remember((value) => read("tokens", value)), split: remember((value) => read("split", value)) };
}

function contentType(headers: HeaderList, dialect: Dialect): MediaType {
  const value = header(headers, "content-type");
  return value === undefined ? { kind: "json" } : readContentType[dialect.mediaTypeParsing](value);
}

function acceptedTypes(headers: HeaderList, dialect: Dialect): readonly MediaType[] {
  const value = header(headers, "accept");
  return value === undefined ? [{ kind: "any" }] : readAccept[dialect.mediaTypeParsing](value);
}

/** Names lose the blanks before them, values keep everything, quotes included. */
function parseCookies(value: string): Array<readonly [string, string]> {
  if (value === "") return [];
  return value
    .replace(/;$/, "")
    .split(";")
    .map((pair) => {
      const equals = pair.indexOf("=");
      const name = equals < 0 ? pair : pair.slice(0, equals);
      return [name.replace(/^ +/, ""), equals < 0 ? "" : pair.slice(equals + 1)] as const;
    });
}
