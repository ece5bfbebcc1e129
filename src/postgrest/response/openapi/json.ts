/** Plain JSON, and a habit of the library that prints PostgREST's document. */
import { withExactNumbers } from "../../exact-number.ts";

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

/** A member of an object as JSON text. */
export const member = (name: string, value: Json): string => memberText(name, withExactNumbers(JSON.stringify(value)));
export const memberText = (name: string, json: string): string => `${JSON.stringify(name)}:${json}`;

/** At least one member. Appended one by one, which copies nothing: the document is put together once, when it is sent. */
export const objectText = (members: readonly string[]): string =>
  `{${members.reduce((text, next) => `${text},${next}`)}}`;
