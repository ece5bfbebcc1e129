/** Tables, views and their columns. */
import type { Dialect } from "../dialect.ts";
import { type CatalogQuery, catalogQuery, namedIn } from "./catalog-query.ts";
import { type Column, identifierKey, type Table } from "./types.ts";

export interface RelationRow {
  readonly id: string;
  readonly schema: string;
  readonly name: string;
  readonly description: string | null;
  readonly is_view: boolean;
  /** Sum of the bits below. */
  readonly events: number;
}

/** What can be done to a relation, as the bits of `pg_relation_is_updatable`: 1 << CmdType of the server. */
const UPDATE = 4;
const INSERT = 8;
const DELETE = 16;

/** Partitions stay out: they are reached through their parent. */
export const relationsQuery = (schemas: readonly string[]): CatalogQuery<RelationRow> =>
  catalogQuery<RelationRow>(
    `select c.oid::text as id, n.nspname as schema, c.relname as name, d.description,
            c.relkind in ('v', 'm') as is_view,
            case
              when c.relkind in ('r', 'p') then ${UPDATE + INSERT + DELETE}
              when c.relkind in ('v', 'f') then pg_relation_is_updatable(c.oid, true)
              else 0
            end as events
       from pg_class c
       join pg_namespace n on n.oid = c.relnamespace
       left join pg_description d on d.objoid = c.oid and d.classoid = 'pg_class'::regclass and d.objsubid = 0
      where c.relkind in ('r', 'v', 'm', 'f', 'p') and not c.relispartition
        and n.nspname ${namedIn("$1")} and n.nspname not in ('pg_catalog', 'information_schema')
      order by n.nspname, c.relname`,
    schemas,
  );

export interface ColumnRow extends Omit<Column, "nominalType" | "maxLength"> {
  readonly relation: string;
  readonly nominal_type: string;
  readonly max_length: number | null;
}

/**
 * `base` is the type itself, or what a domain is made of, one level down only: a domain over a domain keeps its name and
 * has no enum values. A type outside pg_catalog is shown as declared, domain and length included.
 */
export function columnsQuery(schemas: readonly string[], dialect: Dialect): CatalogQuery<ColumnRow> {
  // 12.0: a type of any kind shows the values of an enum of its name. Of several enums it takes one at random; here the right one.
  const enumType = dialect.looksUpEnumsByName
    ? `(select e.oid from pg_type e where e.typtype = 'e' and e.typname = base.typname
         order by e.oid = base.oid desc limit 1)`
    : "base.oid";
  const domainDefault = dialect.domainDefaultWins ? "true" : "ad.oid is null";
  return catalogQuery<ColumnRow>(
    `select a.attrelid::text as relation, a.attname as name, d.description,
            not (a.attnotnull or t.typtype = 'd' and t.typnotnull) as nullable,
            case
              when base.typnamespace = 'pg_catalog'::regnamespace then format_type(base.oid, null)
              else format_type(a.atttypid, a.atttypmod)
            end as type,
            format_type(a.atttypid, a.atttypmod) as nominal_type,
            information_schema._pg_char_max_length(
              base.oid, case when t.typtype = 'd' then t.typtypmod else a.atttypmod end
            ) as max_length,
            case
              when t.typtype = 'd' and ${domainDefault} then pg_get_expr(t.typdefaultbin, 0)
              when a.attidentity = 'd' then (
                select format('nextval(%s)', quote_literal(s.nspname || '.' || q.relname))
                  from pg_depend owned
                  join pg_class q on q.oid = owned.objid
                  join pg_namespace s on s.oid = q.relnamespace
                 where owned.refclassid = 'pg_class'::regclass and owned.refobjid = a.attrelid
                   and owned.refobjsubid = a.attnum and owned.classid = 'pg_class'::regclass and owned.deptype = 'i'
              )
              when a.attgenerated = '' then pg_get_expr(ad.adbin, ad.adrelid)
            end as default,
            array(
              select e.enumlabel from pg_enum e where e.enumtypid = ${enumType} order by e.enumsortorder
            ) as enum
       from pg_attribute a
       join pg_class c on c.oid = a.attrelid
       join pg_namespace n on n.oid = c.relnamespace
       join pg_type t on t.oid = a.atttypid
       join pg_type base on base.oid = case when t.typtype = 'd' then t.typbasetype else t.oid end
       left join pg_attrdef ad on ad.adrelid = a.attrelid and ad.adnum = a.attnum
       left join pg_description d
         on d.objoid = a.attrelid and d.classoid = 'pg_class'::regclass and d.objsubid = a.attnum
      where a.attnum > 0 and not a.attisdropped
        and c.relkind in ('r', 'v', 'm', 'f', 'p') and not c.relispartition
        and n.nspname ${namedIn("$1")}
      order by a.attrelid, a.attnum`,
    schemas,
  );
}

/** Puts relations, columns and primary keys (by `keyOf`) together, by `keyOf`. */
export function tableMap(
  relations: readonly RelationRow[],
  columns: readonly ColumnRow[],
  primaryKeys: ReadonlyMap<string, readonly string[]>,
): Map<string, Table> {
  const columnsOf = new Map<string, Map<string, Column>>();
  for (const { relation, nominal_type, max_length, ...column } of columns) {
    let list = columnsOf.get(relation);
    if (list === undefined) columnsOf.set(relation, (list = new Map()));
    list.set(column.name, { ...column, nominalType: nominal_type, maxLength: max_length });
  }
  return new Map(
    relations.map(({ id, schema, name, description, is_view, events }) => [
      identifierKey(schema, name),
      {
        schema,
        name,
        description,
        isView: is_view,
        insertable: (events & INSERT) !== 0,
        updatable: (events & UPDATE) !== 0,
        deletable: (events & DELETE) !== 0,
        primaryKey: primaryKeys.get(identifierKey(schema, name)) ?? [],
        columns: columnsOf.get(id) ?? new Map(),
      },
    ]),
  );
}
