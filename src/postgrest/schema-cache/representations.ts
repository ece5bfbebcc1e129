/** Data representations: implicit casts by which a domain is shown as, or read from, JSON or text. */
import { type CatalogQuery, catalogQuery } from "./catalog-query.ts";
import { type DataRepresentation, representationKey } from "./types.ts";

interface CastRow {
  readonly source: string;
  readonly target: string;
  readonly function: string;
}

/** Casts of the whole database whose function the current role may execute. */
export const representationsQuery = (): CatalogQuery<CastRow> =>
  catalogQuery<CastRow>(
    `select k.castsource::regtype::text as source, k.casttarget::regtype::text as target,
            k.castfunc::regproc::text as function
       from pg_cast k
       join pg_type source on source.oid = k.castsource
       join pg_type target on target.oid = k.casttarget
      where k.castcontext = 'i' and k.castmethod = 'f' and has_function_privilege(k.castfunc, 'execute')
        and (source.typtype = 'd' and target.oid in ('json'::regtype, 'text'::regtype)
             or target.typtype = 'd' and source.oid in ('json'::regtype, 'text'::regtype))
      order by 1, 2`,
  );

export const representationMap = (rows: readonly CastRow[]): Map<string, DataRepresentation> =>
  new Map(
    rows.map((row) => [
      representationKey(row.source, row.target),
      { sourceType: row.source, targetType: row.target, function: row.function },
    ]),
  );
