/** The names `Prefer: timezone=` may have. */
import { type CatalogQuery, catalogQuery } from "./catalog-query.ts";

export const timezonesQuery = (): CatalogQuery<{ readonly name: string }> =>
  catalogQuery<{ readonly name: string }>("select name from pg_timezone_names order by name");
