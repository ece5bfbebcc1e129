/** Which handler makes the body for which relation and media type: the built-in ones and those the user made. */
import type { Dialect } from "../dialect.ts";
import { decodeMediaType, toMime } from "../request/media-type.ts";
import { type CatalogQuery, catalogQuery, namedIn } from "./catalog-query.ts";
import { handlerKey, type ResolvedHandler } from "./types.ts";

interface HandlerRow {
  readonly handler_schema: string;
  readonly handler_name: string;
  readonly target_schema: string;
  readonly target_name: string;
  readonly media_type: string;
  readonly resolved_media_type: string;
}

/**
 * A domain named like a media type is one. Two things handle it: an aggregate of an exposed schema that returns the domain
 * and takes rows of one relation or of any; and a function of an exposed schema that returns the domain and not a set, which
 * is its own target. The domain `*`/`*` answers whatever is asked for, as `application/octet-stream` unless the function
 * says otherwise.
 */
export const mediaHandlersQuery = (schemas: readonly string[]): CatalogQuery<HandlerRow> =>
  catalogQuery<HandlerRow>(
    `with media as (
       select t.oid, t.typnamespace, lower(t.typname) as media_type,
              case t.typname when '*/*' then 'application/octet-stream' else t.typname end as resolved_media_type
         from pg_type t
        where t.typtype = 'd' and (t.typname = '*/*' or t.typname ~* '^[a-z0-9.-]+/[a-z0-9.\\+-]+$')
     )
     select n.nspname as handler_schema, p.proname as handler_name,
            target_schema.nspname as target_schema, target.typname as target_name,
            media.media_type, media.resolved_media_type
       from media
       join pg_proc p on p.prorettype = media.oid
       join pg_namespace n on n.oid = p.pronamespace
       join pg_type target on target.oid = p.proargtypes[0]
       join pg_namespace target_schema on target_schema.oid = target.typnamespace
      where p.prokind = 'a' and p.pronargs = 1 and n.nspname ${namedIn("$1")}
        and (target.typname = 'anyelement'
             or exists (select from pg_class c where c.reltype = target.oid and c.relkind in ('r', 'v', 'm', 'f', 'p')))
     union all
     select type_schema.nspname, media.media_type, n.nspname, p.proname, media.media_type, media.resolved_media_type
       from media
       join pg_proc p on p.prorettype = media.oid
       join pg_namespace n on n.oid = p.pronamespace
       join pg_namespace type_schema on type_schema.oid = media.typnamespace
      where p.prokind = 'f' and not p.proretset and n.nspname ${namedIn("$1")}
      order by 1, 2, 3, 4, 5, 6`,
    schemas,
  );

/** What is there without the user's doing, for every relation; the user's handlers for `anyelement` take their place. */
const builtIn: readonly (readonly [mime: string, ResolvedHandler])[] = [
  ["*/*", { handler: { kind: "json" }, mediaType: { kind: "json" } }],
  ["application/json", { handler: { kind: "json" }, mediaType: { kind: "json" } }],
  ["text/csv", { handler: { kind: "csv" }, mediaType: { kind: "csv" } }],
  ["application/geo+json", { handler: { kind: "geojson" }, mediaType: { kind: "geojson" } }],
];

/** By `handlerKey`. */
export function handlerMap(rows: readonly HandlerRow[], dialect: Dialect): Map<string, ResolvedHandler> {
  const map = new Map(builtIn.map(([mime, resolved]) => [handlerKey("anyelement", mime), resolved]));
  for (const row of rows) {
    const anyElement = row.target_schema === "pg_catalog" && row.target_name === "anyelement";
    const target = anyElement ? "anyelement" : { schema: row.target_schema, name: row.target_name };
    map.set(handlerKey(target, toMime(decodeMediaType(row.media_type, dialect))), {
      handler: { kind: "custom", function: { schema: row.handler_schema, name: row.handler_name }, target },
      mediaType: decodeMediaType(row.resolved_media_type, dialect),
    });
  }
  return map;
}
