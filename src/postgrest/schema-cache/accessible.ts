/**
 * What the current role may use of a schema: asked anew for every OpenAPI document, inside the request's transaction. Its
 * third part is `accessibleRoutinesQuery` with `routineMap`.
 */
import { type CatalogQuery, catalogQuery } from "./catalog-query.ts";
import { type IdentifierKey, identifierKey, type QualifiedIdentifier } from "./types.ts";

/** Relations on which the role has any privilege at all, or whose owner it is. */
export const accessibleTablesQuery = (schema: string): CatalogQuery<QualifiedIdentifier> =>
  catalogQuery<QualifiedIdentifier>(
    `select n.nspname as schema, c.relname as name
       from pg_class c
       join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'v', 'm', 'f', 'p') and not c.relispartition
        and n.nspname = $1 and n.nspname not in ('pg_catalog', 'information_schema')
        and (pg_has_role(c.relowner, 'usage')
             or has_table_privilege(c.oid, 'select, insert, update, delete, truncate, references, trigger')
             or has_any_column_privilege(c.oid, 'select, insert, update, references'))
      order by c.relname`,
    schema,
  );

/** By `keyOf`. */
export const accessibleTables = (rows: readonly QualifiedIdentifier[]): ReadonlySet<IdentifierKey> =>
  new Set(rows.map(({ schema, name }) => identifierKey(schema, name)));

/** One row, or none if there is no such schema. */
export const schemaDescriptionQuery = (schema: string): CatalogQuery<{ readonly description: string | null }> =>
  catalogQuery<{ readonly description: string | null }>(
    `select d.description
       from pg_namespace n
       left join pg_description d on d.objoid = n.oid and d.classoid = 'pg_namespace'::regclass
      where n.nspname = $1`,
    schema,
  );
