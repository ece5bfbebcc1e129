/** Relationships made by hand: a function from a table's row to rows of a table. */
import { type CatalogQuery, catalogQuery } from "./catalog-query.ts";
import type { ComputedRelationship } from "./types.ts";

interface ComputedRow {
  readonly schema: string;
  readonly name: string;
  readonly table_schema: string;
  readonly table_name: string;
  readonly foreign_schema: string;
  readonly foreign_name: string;
  readonly to_one: boolean;
}

/** Any schema counts here; what is not exposed is dropped later. `rows 1` marks a set as being one row at most. */
export const computedRelationshipsQuery = (): CatalogQuery<ComputedRow> =>
  catalogQuery<ComputedRow>(
    `select n.nspname as schema, p.proname as name,
            source_schema.nspname as table_schema, source.typname as table_name,
            target_schema.nspname as foreign_schema, target.typname as foreign_name,
            not p.proretset or p.prorows = 1 as to_one
       from pg_proc p
       join pg_namespace n on n.oid = p.pronamespace
       join pg_class source_class on source_class.reltype = p.proargtypes[0]
       join pg_type source on source.oid = source_class.reltype
       join pg_namespace source_schema on source_schema.oid = source.typnamespace
       join pg_class target_class on target_class.reltype = p.prorettype
       join pg_type target on target.oid = target_class.reltype
       join pg_namespace target_schema on target_schema.oid = target.typnamespace
      where p.pronargs = 1 and p.prorettype <> 0 and p.proargtypes[0] <> 0
        and source_class.relkind in ('r', 'v', 'm', 'f', 'p')
        and target_class.relkind in ('r', 'v', 'm', 'f', 'p')`,
  );

export const computedRelationships = (rows: readonly ComputedRow[]): ComputedRelationship[] =>
  rows.map((row) => ({
    kind: "computed",
    function: { schema: row.schema, name: row.name },
    table: { schema: row.table_schema, name: row.table_name },
    foreignTable: { schema: row.foreign_schema, name: row.foreign_name },
    tableAlias: { schema: "", name: "" },
    toOne: row.to_one,
    isSelf: row.table_schema === row.foreign_schema && row.table_name === row.foreign_name,
  }));
