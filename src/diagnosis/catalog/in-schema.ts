/** All tables and views of one schema; partitions are their parents' business. */
import type { Session } from "../replay/session.ts";
import { relationsByOid } from "./relations.ts";
import type { Relation } from "./types.ts";

/** By name. `roles` as for `relationsByName`. */
export async function relationsInSchema(
  session: Session,
  schema: string,
  roles: readonly string[],
): Promise<Relation[]> {
  const found = await session.query<{ oid: number }>(
    `select c.oid::int8::int4 as oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition`,
    [schema],
  );
  const relations = await relationsByOid(
    session,
    found.map(({ oid }) => oid),
    roles,
  );
  return relations.sort((a, b) => (a.name < b.name ? -1 : 1));
}
