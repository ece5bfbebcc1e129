/** Plain JSON, and the two habits of the library that prints PostgREST's document. */
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

/** Keys in alphabetical order, at every depth: parts that the library holds in a sorted map. */
export function sorted(value: JsonObject): JsonObject {
  return sortAny(value) as JsonObject;
}

function sortAny(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortAny);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortAny(inner as Json)]));
}
