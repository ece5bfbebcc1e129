/** Tables and views with their columns and policies, in one question. */
import type { Session } from "../replay/session.ts";
import type { Relation } from "./types.ts";

export interface RelationName {
  readonly schema: string;
  readonly name: string;
}

/** Policies as `pg_get_expr` prints them under the session's search_path, so that they can be evaluated under it too. */
const RELATIONS = `
select c.oid::int8::int4 as oid, n.nspname as schema, c.relname as name,
  case c.relkind when 'r' then 'table' when 'p' then 'partitioned table' when 'v' then 'view'
    when 'm' then 'materialized view' when 'f' then 'foreign table' else 'sequence' end as kind,
  pg_get_userbyid(c.relowner) as owner,
  coalesce((select option_value::bool from pg_options_to_table(c.reloptions)
    where option_name = 'security_invoker'), false) as "securityInvoker",
  c.relrowsecurity as "rowSecurity", c.relforcerowsecurity as forced,
  array(select r.rolname::text from pg_roles r where r.rolname = any($3) and c.relrowsecurity
    and not r.rolsuper and not r.rolbypassrls
    and (c.relforcerowsecurity or not pg_has_role(r.oid, c.relowner, 'USAGE'))) as "securedFor",
  coalesce((select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
      'default', case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end, 'notNull', a.attnotnull)
      order by a.attnum)
    from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '[]') as columns,
  array(select a.attname::text from pg_index i
    cross join unnest(i.indkey::int2[]) with ordinality as k(attnum, position)
    join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
    where i.indrelid = c.oid and i.indisprimary order by k.position) as "primaryKey",
  coalesce((select json_agg(json_build_object('name', p.polname, 'permissive', p.polpermissive,
      'command', case p.polcmd when 'r' then 'SELECT' when 'a' then 'INSERT' when 'w' then 'UPDATE'
        when 'd' then 'DELETE' else 'ALL' end,
      'roles', array(select case r when 0 then 'PUBLIC' else pg_get_userbyid(r) end from unnest(p.polroles) r),
      'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid),
      'appliesTo', array(select x.rolname from pg_roles x where x.rolname = any($3) and exists (
        select from unnest(p.polroles) r where r = 0 or pg_has_role(x.oid, r, 'USAGE'))))
      order by p.polname)
    from pg_policy p where p.polrelid = c.oid), '[]') as policies
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')`;

/** In the order asked for; what does not exist is left out. `roles` are those whose part in it matters. */
export async function relationsByName(
  session: Session,
  names: readonly RelationName[],
  roles: readonly string[],
): Promise<Relation[]> {
  const schemas = names.map(({ schema }) => schema);
  const found = await session.remembered<Relation>(
    `${RELATIONS} and (n.nspname, c.relname) in (select * from unnest($1::name[], $2::name[]))`,
    [schemas, names.map(({ name }) => name), roles],
  );
  return names.flatMap(({ schema, name }) => found.find((one) => one.schema === schema && one.name === name) ?? []);
}

export async function relationsByOid(
  session: Session,
  oids: readonly number[],
  roles: readonly string[],
): Promise<Relation[]> {
  if (oids.length === 0) return [];
  // The second parameter is there to keep the numbering of the first question.
  return session.remembered<Relation>(`${RELATIONS} and c.oid = any($1::oid[]) and $2::text is null`, [
    oids,
    null,
    roles,
  ]);
}

/** Every relation of that name, whatever its schema; the given schema's first. */
export async function relationsCalled(
  session: Session,
  name: string,
  schema: string,
  roles: readonly string[],
): Promise<Relation[]> {
  return session.query<Relation>(
    `${RELATIONS} and c.relname = $1 and n.nspname !~ '^pg_(toast|temp)' order by n.nspname <> $2, n.nspname`,
    [name, schema, roles],
  );
}

/** Names as they stand in an expression, found as Postgres finds them. `path`: see `Session.under`. */
export async function relationsWritten(
  session: Session,
  written: readonly string[],
  roles: readonly string[],
  path: string | null = null,
): Promise<Relation[]> {
  if (written.length === 0) return [];
  const rows = await session.under<{ oid: number }>(
    path,
    "select distinct to_regclass(name)::oid::int8::int4 as oid from unnest($1::text[]) name where to_regclass(name) is not null",
    [written.map(asIdentifiers)],
  );
  return relationsByOid(
    session,
    rows.map(({ oid }) => oid),
    roles,
  );
}

const asIdentifiers = (written: string): string =>
  written
    .split(".")
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join(".");

export interface ViewBase {
  readonly relation: Relation;
  /** Whose rights and policies count for it. */
  readonly role: string;
  /** The view that reads it. */
  readonly view: Relation;
}

/**
 * The tables behind a view, however deep, each with the role that it is read as: the owner of the view that names it, or
 * `role`, who asks, where that view is a security invoker, whatever the views around it are.
 */
export async function basesOf(session: Session, view: Relation, role: string): Promise<ViewBase[]> {
  const inner = view.securityInvoker || view.kind === "materialized view" ? role : view.owner;
  const rows = await session.query<{ oid: number }>(
    `select distinct d.refobjid::int8::int4 as oid from pg_rewrite r
       join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
         and d.refclassid = 'pg_class'::regclass and d.refobjid <> r.ev_class
      where r.ev_class = $1`,
    [view.oid],
  );
  const read = await relationsByOid(
    session,
    rows.map(({ oid }) => oid),
    [role, inner, view.owner],
  );
  const bases: ViewBase[] = [];
  for (const relation of read) {
    if (relation.kind === "view") bases.push(...(await basesOf(session, relation, role)));
    else bases.push({ relation, role: inner, view });
  }
  return bases;
}
