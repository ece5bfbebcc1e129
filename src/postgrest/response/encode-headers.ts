import type { HeaderList } from "../../http/message.ts";

/**
 * Header values as HTTP carries them: bytes, one character each. Names of relations and schemas, and what SQL sets, may be
 * any text; PostgREST sends its UTF-8 as it is.
 */
export function encodeHeaders(headers: HeaderList): HeaderList {
  return headers.map(([name, value]) => [encode(name), encode(value)]);
}

const encode = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
