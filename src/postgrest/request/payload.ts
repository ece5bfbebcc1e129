/** The body of a write or a call, as far as it is looked into before Postgres sees it. */

import { isUtf8 } from "node:buffer";
import { isObject } from "../../json/json.ts";
import type { Dialect } from "../dialect.ts";
import { invalidBody, somethingWentWrong } from "../errors/catalogue.ts";
import { compareText, sortedSet } from "../haskell.ts";
import { decodeLoosely, decodeUtf8 } from "./bytes.ts";
import { parseCsv } from "./csv.ts";
import { parseJson } from "./json.ts";
import { type MediaType, toMime } from "./media-type.ts";
import { parseForm } from "./query-string.ts";
import type { Action, Payload } from "./types.ts";

interface Written {
  readonly payload: Payload | null;
  /** Columns or arguments that the body gives. */
  readonly columns: ReadonlySet<string>;
}

const nothing: ReadonlySet<string> = new Set();

/**
 * @param columnsParameter what `columns=` said; it spares the look into a JSON body
 * @throws PgrstError PGRST102
 */
export function readPayload(
  body: Buffer,
  contentType: MediaType,
  action: Action,
  columnsParameter: ReadonlySet<string> | null,
  dialect: Dialect,
): Written {
  const isCall = action.kind === "routine" && action.invoke === "post";
  const isWrite = action.kind === "relation-mutate" && action.mutation !== "delete";
  if (!isCall && !isWrite) return { payload: null, columns: nothing };
  // PUT writes whole rows and ignores `columns=`.
  const columns = isWrite && action.mutation === "single-upsert" ? null : columnsParameter;
  const payload = parsePayload(body, contentType, isCall, columns !== null, dialect);
  if (payload.kind === "raw") return { payload, columns: nothing };
  return { payload, columns: payload.kind === "raw-json" ? (columns ?? nothing) : payload.keys };
}

/**
 * What is sent to Postgres as the body; nothing of a form, which becomes arguments.
 * @throws PgrstError the web server's 500 for a value that is no UTF-8
 */
export function sentBody(payload: Payload | null): Buffer {
  if (payload !== null && "unreadable" in payload) throw somethingWentWrong();
  return rawBody(payload);
}

const rawBody = (payload: Payload | null): Buffer =>
  payload === null || payload.kind === "urlencoded" ? noBody : payload.raw;

const noBody = Buffer.alloc(0);

/** Whether its first character says that it is one object. */
export function holdsObject(payload: Payload | null): boolean {
  const body = rawBody(payload);
  let index = 0;
  while (index < body.length && " \t\n\r".includes(String.fromCharCode(body[index]!))) index += 1;
  return body[index] === 0x7b;
}

function parsePayload(
  body: Buffer,
  contentType: MediaType,
  isCall: boolean,
  hasColumns: boolean,
  dialect: Dialect,
): Payload {
  switch (contentType.kind) {
    case "json":
      if (hasColumns) return { kind: "raw-json", raw: body };
      // A call without a body is a call without arguments.
      if (isCall && body.length === 0) return { kind: "json", raw: body, keys: nothing };
      return jsonPayload(body, parseJson(body));
    case "csv":
      return csvPayload(body, dialect);
    case "urlencoded":
      return isCall ? formArguments(body) : formRow(body);
    case "text":
    case "xml":
    case "octet-stream":
      if (isCall) return { kind: "raw", raw: body };
  }
  throw invalidBody(`Content-Type not acceptable: ${toMime(contentType)}`);
}

const noRows: Payload = { kind: "json", raw: Buffer.from("[]"), keys: nothing };

/** An array must hold objects of the same keys; what is neither array nor object counts as no rows. */
function jsonPayload(raw: Buffer, value: unknown): Payload {
  if (typeof value !== "object" || value === null) return noRows;
  if (!Array.isArray(value)) return { kind: "json", raw, keys: sortedSet(Object.keys(value)) };
  if (value.length === 0) return noRows;
  const keys = sameKeys(value.map((row: unknown) => (isObject(row) ? Object.keys(row) : null)));
  if (keys === null) throw invalidBody("All object keys must match");
  return { kind: "json", raw, keys };
}

/** The keys all rows have; null when they differ, or when a row is no object. */
function sameKeys(rows: ReadonlyArray<readonly string[] | null>): ReadonlySet<string> | null {
  const first = rows[0];
  if (first == null) return null;
  const keys = sortedSet(first);
  const same = rows.every((row) => row !== null && row.length === keys.size && row.every((key) => keys.has(key)));
  return same ? keys : null;
}

function csvPayload(body: Buffer, dialect: Dialect): Payload {
  let keys: ReadonlySet<string> | undefined;
  const objects: string[] = [];
  for (const row of parseCsv(body, dialect)) {
    keys ??= new Set(row.keys());
    if (sameKeys([[...keys], [...row.keys()]]) === null) throw invalidBody("All lines must have same number of fields");
    objects.push(toJsonObject(row));
  }
  return keys === undefined ? noRows : { kind: "json", raw: Buffer.from(`[${objects.join(",")}]`), keys };
}

const ifSo = (unreadable: boolean): { unreadable?: true } => (unreadable ? { unreadable } : {});

function readForm(body: Buffer) {
  const sent = parseForm(body).map(({ name, value }) => [decodeUtf8(name), value ?? ""] as const);
  return {
    pairs: sent.map(([name, value]) => [name, decodeLoosely(value)] as const),
    unreadable: sent.some(([, value]) => !isUtf8(Buffer.from(value, "latin1"))),
  };
}

function formArguments(body: Buffer): Payload {
  const { pairs, unreadable } = readForm(body);
  return { kind: "urlencoded", pairs, keys: sortedSet(pairs.map(([name]) => name)), ...ifSo(unreadable) };
}

/** One row; of a field given twice the last counts. */
function formRow(body: Buffer): Payload {
  const { pairs, unreadable } = readForm(body);
  const row = new Map([...pairs].sort(([a], [b]) => compareText(a, b)));
  return { kind: "json", raw: Buffer.from(toJsonObject(row)), keys: new Set(row.keys()), ...ifSo(unreadable) };
}

/** By hand, because an object would put names that look like numbers first. */
const toJsonObject = (row: ReadonlyMap<string, string | null>): string =>
  `{${[...row].map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`;
