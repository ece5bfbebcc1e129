/** Primary keys, unique keys and foreign keys of the whole database: what relationships are made of. */
import { type CatalogQuery, catalogQuery } from "./catalog-query.ts";

/** A constraint's columns by name and by attribute number, both in the order of its declaration. */
export interface ConstraintSide {
  readonly id: string;
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly string[];
  readonly numbers: readonly number[];
}

export interface Constraint extends ConstraintSide {
  readonly kind: "p" | "u" | "f";
  readonly name: string;
  /** A partition's copy of its parent's constraint. */
  readonly inherited: boolean;
  /** Whether the table is a partition, which is no relation of its own. */
  readonly partition: boolean;
  /** What a foreign key points at. */
  readonly references: ConstraintSide | null;
}

const side = (table: string, namespace: string, key: string): string =>
  `${table}.oid::text as id, ${namespace}.nspname as schema, ${table}.relname as table, ${key} as numbers,
   array(
     select a.attname from unnest(${key}) with ordinality as part(number, position)
       join pg_attribute a on a.attrelid = ${table}.oid and a.attnum = part.number
      order by part.position
   ) as columns`;

/** Not limited to the exposed schemas: a view shows keys of tables that are hidden, those of pg_catalog included. */
export const constraintsQuery = (): CatalogQuery<Constraint> =>
  catalogQuery<Constraint>(
    `select k.contype as kind, k.conname as name, k.conparentid <> 0 as inherited, t.relispartition as partition, ${side("t", "n", "k.conkey")},
            (select row_to_json(target) from (
               select ${side("r", "rn", "k.confkey")}
                 from pg_class r join pg_namespace rn on rn.oid = r.relnamespace
                where r.oid = k.confrelid
            ) target) as references
       from pg_constraint k
       join pg_class t on t.oid = k.conrelid
       join pg_namespace n on n.oid = t.relnamespace
      where k.contype in ('p', 'u', 'f')
      order by k.conrelid, k.conname`,
  );
