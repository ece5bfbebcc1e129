/** `row_security = off` turns "rows are left out" into an error. Where the setting comes from is the question. */
import type { Inquiry } from "../inquiry.ts";
import type { SqlFailure } from "../replay/session.ts";
import type { Finding } from "../types.ts";
import { quoteName } from "../words.ts";

export async function rowSecurityOffFinding(inquiry: Inquiry, failure: SqlFailure): Promise<Finding> {
  const table = /for table "(.+)"$/.exec(failure.message)?.[1] ?? "the table";
  const { session, role, names } = inquiry;
  const rows = await session.query<{ owner: string }>(
    `select distinct case when s.setrole = 0 then 'the database' else 'role ' || pg_get_userbyid(s.setrole) end as owner
       from pg_db_role_setting s, unnest(s.setconfig) c
      where c like 'row_security=off' and s.setrole in (0, (select oid from pg_roles where rolname = $1), (select oid from pg_roles where rolname = $2))
     union select 'function ' || p.oid::regprocedure from pg_proc p, unnest(p.proconfig) c where c = 'row_security=off'`,
    [role, names.loginRole],
  );
  const [first] = rows;
  const sql =
    first === undefined
      ? undefined
      : first.owner.startsWith("role ")
        ? `ALTER ROLE ${quoteName(first.owner.slice(5))} RESET row_security;`
        : first.owner.startsWith("function ")
          ? `ALTER ${first.owner.replace("function", "FUNCTION")} RESET row_security;`
          : undefined;
  return {
    code: "policies.row-security-off",
    layer: "policies",
    title: `row_security is off, and ${table} has row security that would leave rows out for ${role}.`,
    because: [
      `Postgres says: ${failure.message}.`,
      rows.length === 0
        ? "The request or a function it calls sets row_security = off."
        : `It is set for ${rows.map(({ owner }) => owner).join(" and ")}.`,
      "The setting does not switch policies off; it makes them an error. Only BYPASSRLS switches them off.",
    ],
    fix: { text: "Take the setting away.", ...(sql === undefined ? {} : { sql }) },
  };
}
