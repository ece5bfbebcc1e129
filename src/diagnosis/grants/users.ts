/** Who in the database uses an object: a policy, a default, a view. Tells why a request touched it at all. */
import type { Session } from "../replay/session.ts";

export interface PolicyUse {
  readonly policy: string;
  readonly table: string;
}

/** Policies whose expressions name the object. `catalog` is the object's own: pg_class or pg_proc. */
export function policiesUsing(session: Session, catalog: "pg_class" | "pg_proc", oid: number): Promise<PolicyUse[]> {
  return session.query<PolicyUse>(
    `select distinct p.polname as policy, c.relname as table from pg_depend d
       join pg_policy p on d.classid = 'pg_policy'::regclass and d.objid = p.oid join pg_class c on c.oid = p.polrelid
      where d.refclassid = $1::regclass and d.refobjid = $2 and (d.refclassid <> 'pg_class'::regclass or c.oid <> $2)
      order by 1`,
    [catalog, oid],
  );
}

export interface DefaultUse {
  readonly table: string;
  readonly column: string;
}

/** Columns whose default calls the function or takes from the sequence. */
export function defaultsUsing(session: Session, catalog: "pg_class" | "pg_proc", oid: number): Promise<DefaultUse[]> {
  return session.query<DefaultUse>(
    `select c.relname as table, a.attname as column from pg_depend d
       join pg_attrdef f on d.classid = 'pg_attrdef'::regclass and d.objid = f.oid
       join pg_class c on c.oid = f.adrelid join pg_attribute a on a.attrelid = c.oid and a.attnum = f.adnum
      where d.refclassid = $1::regclass and d.refobjid = $2 order by 1, 2`,
    [catalog, oid],
  );
}

/** Roles that the request's objects run as besides the request's own: owners of views and of SECURITY DEFINER functions. */
export async function actingOwners(session: Session, schema: string): Promise<string[]> {
  const rows = await session.remembered<{ owner: string }>(
    `select pg_get_userbyid(c.relowner) as owner from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relkind = 'v'
     union select pg_get_userbyid(p.proowner) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname = $1 and p.prosecdef`,
    [schema],
  );
  return rows.map(({ owner }) => owner).filter((owner) => owner !== "postgres");
}
