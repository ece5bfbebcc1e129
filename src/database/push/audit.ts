/** v1's security audit: since anon may do anything to a new table there, a table without row security is refused. */
import type { Client } from "pg";
import { PushRefused } from "./types.ts";

interface AuditedTable {
  readonly name: string;
  readonly rls: boolean;
  readonly policies: boolean;
  /** `anon DELETE`, …; sorted by role, then privilege. */
  readonly writes: string[];
  readonly reads: boolean;
}

// Effective privileges: what a role has through membership or PUBLIC counts. Views are not looked at, as on the platform.
const TABLES = `
select format('%s.%s', n.nspname, c.relname) as name,
       c.relrowsecurity as rls,
       exists (select from pg_policy p where p.polrelid = c.oid) as policies,
       array(select role || ' ' || privilege
               from unnest(array['anon', 'authenticated', 'PUBLIC']) with ordinality r(role, nth),
                    unnest(array['DELETE', 'INSERT', 'TRUNCATE', 'UPDATE']) privilege
              where has_table_privilege(case role when 'PUBLIC' then 'public' else role end, c.oid, privilege)
              order by nth, privilege) as writes,
       exists (select from unnest(array['anon', 'authenticated', 'public']) role
                where has_table_privilege(role, c.oid, 'SELECT')) as reads
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where n.nspname = $1 and c.relkind in ('r', 'p')
 order by c.relname`;

/** Throws `PushRefused` (42501) for a table anyone may write to; returns warnings for the merely suspicious ones. */
export async function auditSecurity(client: Client, schema: string): Promise<string[]> {
  const { rows } = await client.query<AuditedTable>(TABLES, [schema]);
  const open = rows.filter((table) => !table.rls && table.writes.length > 0);
  if (open.length > 0) {
    const list = open.map((table) => `${table.name} (${table.writes.join(", ")})`).join("; ");
    throw new PushRefused(`Refusing push: unrestricted write on RLS-disabled exposed API table(s): ${list}`, {
      sqlState: "42501",
      hint: "Enable row level security and add policies, or revoke INSERT/UPDATE/DELETE/TRUNCATE from anon, authenticated, and PUBLIC. Flux does not change the schema automatically.",
    });
  }
  return rows.flatMap(warning);
}

function warning(table: AuditedTable): string[] {
  if (!table.rls) {
    return [
      table.reads
        ? `Flux security warning: RLS disabled on ${table.name} (read-only PostgREST access). Unrestricted reads may be intentional or sensitive; this is not an automatic migration failure.`
        : `Flux security warning: RLS disabled on ${table.name} (no effective privileges for anon, authenticated, or PUBLIC). Unrestricted reads may be intentional or sensitive; this is not an automatic migration failure.`,
    ];
  }
  if (table.policies) return [];
  return [
    `Flux security warning: RLS enabled on ${table.name} but no policies exist. Postgres denies non-owner access by default, so this is secure but likely unusable.`,
  ];
}
