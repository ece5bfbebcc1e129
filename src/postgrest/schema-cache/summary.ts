/** The cache in one line, as PostgREST logs it after `Schema cache loaded `. */
import type { SchemaCache } from "./types.ts";

/** Functions count by name, overloads together; relationships by table and schema of the other side. */
export function summarizeSchemaCache(cache: SchemaCache): string {
  return [
    `${cache.tables.size} Relations`,
    `${cache.relationships.size} Relationships`,
    `${cache.routines.size} Functions`,
    `${cache.representations.size} Domain Representations`,
    `${cache.mediaHandlers.size} Media Type Handlers`,
    `${cache.timezones.size} Timezones`,
  ].join(", ");
}
