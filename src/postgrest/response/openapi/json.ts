/** Plain JSON, and a habit of the library that prints PostgREST's document. */
import { jsonNumber } from "../../haskell.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Leaves out what has no value: nulls, empty lists and empty objects, as the library does with its defaults. */
export function withoutEmpty(members: { readonly [key: string]: Json | undefined }): JsonObject {
  return Object.fromEntries(
    Object.entries(members).filter((entry): entry is [string, Json] => {
      const [, value] = entry;
      if (value === undefined || value === null) return false;
      if (typeof value !== "object") return true;
      return Object.keys(value).length > 0;
    }),
  );
}

/** No text of Postgres holds a NUL. */
const NUMBER_MARK = "\0number:";

/** A number that JavaScript would print otherwise than PostgREST becomes a marked text, which `member` undoes. */
export function exactNumber(token: string): Json {
  const text = jsonNumber(token);
  return text === String(Number(token)) ? Number(token) : NUMBER_MARK + text;
}

/** A member of an object as JSON text. */
export const member = (name: string, value: Json): string =>
  memberText(name, JSON.stringify(value).replace(/"\\u0000number:([^"]*)"/g, "$1"));
export const memberText = (name: string, json: string): string => `${JSON.stringify(name)}:${json}`;

/** At least one member. Appended one by one, which copies nothing: the document is put together once, when it is sent. */
export const objectText = (members: readonly string[]): string =>
  `{${members.reduce((text, next) => `${text},${next}`)}}`;
