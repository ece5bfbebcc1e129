/** A schema as SQL to read: tables, policies, grants and the rest, as the catalogs have them. */
import type { Client } from "pg";

/**
 * Each section is one query whose rows are statements. Extensions, comments and the contents of tables are left out;
 * `$1` is the schema.
 */
const sections: Readonly<Record<string, string>> = {
  Types: `
    select format('create type %s as enum (%s);', t.oid::regtype, string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder))
      from pg_type t join pg_enum e on e.enumtypid = t.oid
     where t.typnamespace = $1::regnamespace group by t.oid order by 1`,
  Tables: `
    select format(E'create table %s (\\n%s\\n);', c.oid::regclass, string_agg(format('  %I %s%s%s', a.attname,
             format_type(a.atttypid, a.atttypmod),
             case when a.attidentity <> '' then ' generated ' || case a.attidentity when 'a' then 'always' else 'by default' end || ' as identity'
                  when a.attgenerated <> '' then ' generated always as (' || pg_get_expr(d.adbin, d.adrelid) || ') stored'
                  else coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') end,
             case when a.attnotnull then ' not null' else '' end), E',\\n' order by a.attnum))
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
     where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p') group by c.oid order by 1`,
  Constraints: `
    select format('alter table %s add constraint %I %s;', conrelid::regclass, conname, pg_get_constraintdef(oid))
      from pg_constraint where connamespace = $1::regnamespace and conrelid <> 0 and contype <> 't'
     order by contype = 'f', conrelid::regclass::text, conname`,
  Indexes: `
    select pg_get_indexdef(i.indexrelid) || ';'
      from pg_index i join pg_class c on c.oid = i.indrelid
     where c.relnamespace = $1::regnamespace and not exists (select from pg_constraint where conindid = i.indexrelid)
     order by 1`,
  Views: `
    select format(E'create %s %s%s as\\n%s', case c.relkind when 'm' then 'materialized view' else 'view' end, c.oid::regclass,
             coalesce(' with (' || array_to_string(c.reloptions, ', ') || ')', ''), pg_get_viewdef(c.oid, true))
      from pg_class c where c.relnamespace = $1::regnamespace and c.relkind in ('v', 'm') order by c.oid`,
  Functions: `
    select pg_get_functiondef(p.oid) || ';'
      from pg_proc p where p.pronamespace = $1::regnamespace and p.prokind in ('f', 'p') order by p.oid::regprocedure::text`,
  Triggers: `
    select pg_get_triggerdef(t.oid) || ';'
      from pg_trigger t join pg_class c on c.oid = t.tgrelid
     where c.relnamespace = $1::regnamespace and not t.tgisinternal order by 1`,
  "Row security": `
    select format('alter table %s %s row level security;', oid::regclass, action)
      from pg_class, lateral (values ('enable', relrowsecurity), ('force', relforcerowsecurity)) as set (action, yes)
     where relnamespace = $1::regnamespace and yes order by oid::regclass::text, action`,
  Policies: `
    select format('create policy %I on %I.%I as %s for %s to %s%s%s;', policyname, schemaname, tablename, lower(permissive), lower(cmd),
             array_to_string(roles, ', '), coalesce(E'\\n  using (' || qual || ')', ''), coalesce(E'\\n  with check (' || with_check || ')', ''))
      from pg_policies where schemaname = $1 order by tablename, policyname`,
  Grants: `
    with object (kind, name, acl) as (
      select 'schema ', quote_ident(nspname), nspacl from pg_namespace where nspname = $1
      union all
      select case relkind when 'S' then 'sequence ' else '' end, oid::regclass::text, relacl
        from pg_class where relnamespace = $1::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S')
      union all
      select 'function ', oid::regprocedure::text, coalesce(proacl, acldefault('f', proowner))
        from pg_proc where pronamespace = $1::regnamespace
    )
    select format('grant %s on %s%s to %s;', string_agg(lower(privilege_type), ', ' order by privilege_type), kind, name,
             case grantee when 0 then 'public' else grantee::regrole::text end)
      from object, aclexplode(acl) group by kind, name, grantee
    union all
    select format('grant %s (%s) on %s to %s;', lower(privilege_type), string_agg(quote_ident(attname), ', '), attrelid::regclass,
             case grantee when 0 then 'public' else grantee::regrole::text end)
      from pg_attribute join pg_class c on c.oid = attrelid, aclexplode(attacl)
     where c.relnamespace = $1::regnamespace group by privilege_type, attrelid, grantee
     order by 1`,
};

/** Names carry their schema. The client is a superuser; its search path is emptied and put back. */
export async function schemaSql(client: Client, schema: string): Promise<string> {
  await client.query("begin read only; set local search_path to ''");
  try {
    // Bodies name tables as the caller's search path finds them.
    const parts = ["set check_function_bodies = off;"];
    for (const [title, sql] of Object.entries(sections)) {
      const { rows } = await client.query<[string]>({ text: sql, values: [schema], rowMode: "array" });
      if (rows.length > 0) parts.push([`-- ${title}`, ...rows.map(([statement]) => statement)].join("\n"));
    }
    return `${parts.join("\n\n")}\n`;
  } finally {
    await client.query("rollback");
  }
}
