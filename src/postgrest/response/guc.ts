/** Status and headers that SQL set: `response.status` and `response.headers`. */

import type { HeaderList } from "../../http/message.ts";
import { isObject } from "../../json/json.ts";
import { gucHeadersError, gucStatusError } from "../errors/catalogue.ts";
import { parseAsLibrary } from "../json-reader.ts";
import type { ResultSet } from "../transaction/types.ts";
import type { Answer } from "./answer.ts";

/**
 * What SQL set goes before what PostgREST would send: its status wins, and its header takes the place of PostgREST's of the
 * same name, at the end of the list. Throws PGRST111 and PGRST112.
 */
export function overrideByGuc(answer: Answer, { gucStatus, gucHeaders }: ResultSet): Answer {
  if (gucStatus === null && gucHeaders === null) return answer;
  const status = gucStatus === null ? answer.status : readStatus(gucStatus);
  const headers = gucHeaders === null ? answer.headers : overridden(answer.headers, readHeaders(gucHeaders));
  return { status, headers, body: answer.body };
}

function overridden(headers: HeaderList, own: HeaderList): HeaderList {
  const names = new Set(own.map(([name]) => name.toLowerCase()));
  return [...headers.filter(([name]) => !names.has(name.toLowerCase())), ...own];
}

/** Leading digits count, whatever follows. */
function readStatus(text: string): number {
  const digits = /^[0-9]+/.exec(text)?.[0];
  if (digits === undefined) throw gucStatusError();
  return Number(digits);
}

/** `[{"Name": "value"}, …]`, each object with exactly one key. */
function readHeaders(text: string): HeaderList {
  const json = parseAsLibrary(text);
  if (!Array.isArray(json)) throw gucHeadersError();
  return json.map((one: unknown) => {
    const entries = isObject(one) ? Object.entries(one) : [];
    const [entry] = entries;
    if (entries.length !== 1 || entry === undefined || typeof entry[1] !== "string") throw gucHeadersError();
    return [entry[0], entry[1]];
  });
}
