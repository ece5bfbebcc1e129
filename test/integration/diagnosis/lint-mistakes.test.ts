/** Mistakes seen in real projects, each beside the correct project that looks much the same. */
import { describe, expect, it } from "vitest";
import { type LintCase, lintSuite } from "./lint-suite.ts";

const tables = `
create table teams (id int primary key, name text);
create table members (team_id int references teams, user_id text, role text, primary key (user_id, team_id));
create table posts (id int primary key, team_id int references teams, owner_id text not null default auth.uid(), body text);
create index on posts (team_id);
create index on posts (owner_id);
alter table teams enable row level security;
alter table members enable row level security;
alter table posts enable row level security;
revoke all on teams, members, posts from anon, authenticated;
grant select on teams, members, posts to authenticated;
create policy members_own on members for select to authenticated using (user_id = (select auth.uid()));
create policy teams_own on teams for select to authenticated
  using (exists (select from members m where m.team_id = teams.id and m.user_id = (select auth.uid())));
`;
const OWN = "owner_id = (select auth.uid())";
const seen = `create policy seen on posts for select to authenticated using (${OWN});\n`;
const writes = "grant insert, update, delete on posts to authenticated;\n";
const written = `${writes}create policy written on posts to authenticated using (${OWN}) with check (${OWN});\n`;

const log = (privileges: string, more: string) => `${tables}${seen}${written}
create table log (id int generated always as identity primary key, who text not null default auth.uid(), what text);
create index on log (who);
alter table log enable row level security;
revoke all on log from anon, authenticated;
grant ${privileges} on log to authenticated;
create policy log_own on log for select to authenticated using (who = (select auth.uid()));
create function note_it() returns trigger language plpgsql ${more} as $$ begin insert into log (what) values (tg_op); return null; end $$;
create trigger noted after insert or update on posts for each row execute function note_it();
`;

const both: LintCase[] = [
  {
    about: "everybody reads, and a policy for all commands says who writes",
    sql: `${tables}create policy read on posts for select to authenticated using (true);${written}`,
    found: [],
  },
  {
    about: "a wide policy for reading that another one for reading was meant to narrow",
    sql: `${tables}${seen}create policy debug on posts for select to authenticated using (true);`,
    found: [["policy-opens-all", "Is true for every row, so seen on the same table decides nothing"]],
  },
  {
    about: "whoever is signed in may write everything",
    sql: `${tables}${seen}${writes}create policy w on posts for insert to authenticated with check ((select auth.uid()) is not null);
      create policy u on posts for update to authenticated using (${OWN}); create policy d on posts for delete to authenticated using (${OWN});`,
    found: [["policy-write-always-true", "Lets everybody it is for insert every row"]],
  },
  {
    about: "a row of one's own that may be handed to somebody else",
    sql: `${tables}${seen}${writes}create policy w on posts to authenticated using (${OWN}) with check (true);`,
    found: [["policy-write-always-true", "may insert any row, and hand their own rows to others"]],
  },
  {
    about: "an administrator, whom USING has found already, may write what they like",
    sql: `${tables}${seen}${writes}create policy w on posts to authenticated
      using (exists (select from members m where m.user_id = (select auth.uid()) and m.role = 'admin'))
      with check (exists (select from members m where m.user_id = (select auth.uid()) and m.role = 'admin'));`,
    found: [],
  },
  {
    about: "a name that a sub-select takes for its own",
    sql: `${tables}create policy team on posts for select to authenticated
      using (exists (select from members m where m.user_id = (select auth.uid()) and m.team_id = team_id));`,
    found: [["policy-idle-comparison", "Compares m.team_id with itself"]],
  },
  {
    about:
      "a comparison with itself that holds of NULL as well, one of names that Postgres casts, and one with NULL that is none",
    sql: `${tables}${seen}${writes}alter table posts add column mail varchar(80);
      create policy i on posts for insert to authenticated with check (owner_id is not distinct from owner_id);
      create policy u on posts for update to authenticated using (mail = mail);
      create policy d on posts for delete to authenticated using (team_id is not distinct from null and ${OWN});`,
    found: [
      ["policy-idle-comparison", "Compares owner_id with itself"],
      ["policy-idle-comparison", "Compares mail with itself"],
    ],
  },
  {
    about: "an argument called like a column, one that is not, and tables that are joined with themselves",
    sql: `${tables}${seen}drop policy teams_own on teams;
      create function belongs(team_id int) returns boolean language sql stable as $$ select exists (select from members m where m.team_id = team_id and m.user_id = auth.uid()) $$;
      create function leads(team int) returns boolean language sql stable as $$ select exists (select from members where team_id = team and role = 'lead' and user_id = auth.uid()) $$;
      create function peers() returns setof text language sql stable as $$ select b.user_id from members a join members b on a.team_id = b.team_id where a.user_id = auth.uid() and exists (select from teams where teams.id = a.team_id) $$;
      create policy teams_own on teams for select to authenticated using (belongs(id) or leads(id));`,
    found: [["function-idle-comparison", "Compares m.team_id with itself"]],
  },
  {
    about: "helpers that cast the user's id to uuid, and one that casts something else",
    sql: `${tables}${seen}create function me() returns uuid language sql stable as $$ select nullif(current_setting('request.jwt.claims', true)::json ->> 'sub', '')::uuid $$;
      create function who(wanted text) returns boolean language plpgsql stable as $$ begin return cast((select auth.uid()) as uuid)::text = wanted; end $$;
      create function own(id text, team text) returns boolean language sql stable as $$ select id = auth.uid() and team::uuid is not null $$;
      create policy a on posts as restrictive for select to authenticated using (owner_id = me()::text);
      create policy b on posts as restrictive for select to authenticated using (who(owner_id));
      create policy c on posts as restrictive for select to authenticated using (own(owner_id, body));`,
    found: [
      ["policy-uuid-text", "Calls me(), which casts the user's id to uuid"],
      ["policy-uuid-text", "Calls who(), which casts the user's id to uuid"],
    ],
  },
  {
    about: "equal to NULL",
    sql: `${tables}${seen}create policy nobodys on posts for select to authenticated using (team_id = null);`,
    found: [["policy-idle-comparison", "Compares team_id with NULL"]],
  },
  {
    about: "policies without the expression that their command asks for",
    sql: `${tables}${seen}${writes}create policy u on posts for update to authenticated with check (${OWN});
      create policy i on posts for insert to authenticated; create policy d on posts for delete to authenticated using (${OWN});`,
    found: [
      ["policy-without-expression", "Has no WITH CHECK, so it lets nobody insert a row"],
      ["policy-without-expression", "Has no USING, so it lets nobody update a row"],
    ],
  },
  {
    about: "columns of another table that a policy reads and users may not",
    sql: `${tables}${seen}revoke select on members from authenticated; grant select (team_id) on members to authenticated;`,
    found: [["policy-table-without-select", "Reads user_id of members, which authenticated may not SELECT"]],
  },
  {
    about: "a table that a policy's function reads as its caller",
    sql: `${tables}${seen}drop policy teams_own on teams; revoke all on members from authenticated;
      create function belongs(team int) returns boolean language sql stable as $$ select exists (select from members where team_id = team and user_id = auth.uid()) $$;
      create policy teams_own on teams for select to authenticated using (belongs(id));`,
    found: [
      ["policy-without-grant", "authenticated has no GRANT for SELECT on members"],
      ["policy-table-without-select", "Calls belongs(), which reads members, which authenticated may not SELECT"],
    ],
  },
  {
    about: "rows that may be changed and that nobody sees",
    sql: `${tables}${writes}create policy i on posts for insert to authenticated with check (${OWN});
      create policy u on posts for update to authenticated using (${OWN}); create policy d on posts for delete to authenticated using (${OWN});`,
    found: [["grant-without-policy", "what nobody sees nobody changes by a filter"]],
  },
  {
    about: "the only policy for reading is restrictive, those for writing are not",
    sql: `${tables}${writes}create policy r on posts as restrictive for select to authenticated using (${OWN});
      create policy i on posts for insert to authenticated with check (${OWN});
      create policy u on posts for update to authenticated using (${OWN}); create policy d on posts for delete to authenticated using (${OWN});`,
    found: [["grant-without-policy", "authenticated holds SELECT, but no policy is for it"]],
  },
  {
    about: "a trigger that writes where the user may not",
    sql: log("select", ""),
    found: [
      ["function-needs-privilege", "Needs INSERT on log, which authenticated may not: every write to posts is 42501"],
    ],
  },
  {
    about: "a trigger that writes where the user may",
    sql: `${log("select, insert", "")}create policy log_write on log for insert to authenticated with check (who = auth.uid());`,
    found: [],
  },
  {
    about: "a default whose function the user may not execute",
    sql: `${tables}${seen}${written}create function code() returns text language sql as $$ select 'x' $$;
      alter table posts add column code text default code(); revoke execute on function code() from public;`,
    found: [["default-without-execute", "Takes its value from code(), which authenticated may not execute"]],
  },
  {
    about: "a function that users call and whose table they may not write",
    sql: `${tables}${seen}create function post(text text) returns void language sql as $$ insert into posts (id, body) values (1, text) $$;`,
    found: [
      ["function-needs-privilege", "Needs INSERT on posts, which authenticated may not: every call of it is 42501"],
    ],
  },
  {
    about: "a view that asks for its user what the user may not read",
    sql: `${tables}${seen}create view lately with (security_invoker = true) as select id, body from posts; grant select on lately to authenticated; revoke all on posts from authenticated;`,
    found: [
      ["policy-without-grant", "authenticated has no GRANT for SELECT on posts"],
      ["view-table-without-select", "Reads posts as whoever asks, and authenticated may not SELECT it"],
    ],
  },
  {
    about: "a view that asks as its owner what the user may not read",
    sql: `${tables}${seen}create view lately as select id, body from posts; grant select on lately to authenticated; revoke all on posts from authenticated;`,
    found: [
      ["policy-without-grant", "authenticated has no GRANT for SELECT on posts"],
      ["view-security-definer", "Reads posts as"],
    ],
  },
  {
    about: "a helper whose search_path is its caller's",
    sql: `${tables}${seen}comment on table members is 'flux:no-force-rls';
      create function belongs(team int) returns boolean language sql stable security definer as $$ select exists (select from members where team_id = team and user_id = auth.uid()) $$;`,
    found: [["function-search-path", "its caller decides which tables it means"]],
  },
  {
    about: "helpers whose names mean one thing only",
    sql: `${tables}${seen}comment on table members is 'flux:no-force-rls';
      create function belongs(team int) returns boolean language sql stable security definer begin atomic select exists (select from members where team_id = team and user_id = auth.uid()); end;
      create function rank() returns text language sql stable security definer set search_path from current as $$ select role from members where user_id = auth.uid() limit 1 $$;`,
    found: [],
  },
];

/** What FORCE makes another thing, and what v1's default privileges do. */
const v1: LintCase[] = [
  {
    about: "a helper that asks for whom it works",
    sql: `${tables}${seen}create function belongs(team int) returns boolean language sql stable security definer set search_path from current
      as $$ select exists (select from members where team_id = team and user_id = auth.uid()) $$;`,
    found: [],
  },
  {
    about: "a trigger that writes as its owner, past the policies",
    sql: log("select", "security definer set search_path from current"),
    found: [],
  },
  {
    about: "a trigger that writes where no policy lets the user",
    sql: log("select, insert", ""),
    found: [["function-needs-privilege", "Inserts into log, and no policy lets authenticated do that"]],
  },
  {
    about: "row security left off beside policies",
    sql: `${tables}${seen}alter table posts disable row level security;`,
    found: [["rls-off", "may SELECT every row. Its policies are not asked."]],
  },
  {
    about: "a timeout of a function that requests call, and one of a trigger's",
    sql: `${tables}${seen}${written}create function report() returns bigint language sql stable set statement_timeout = '2s' as $$ select count(*) from posts $$;
      create function checked() returns trigger language plpgsql set statement_timeout = '1s' as $$ begin return new; end $$;
      create trigger checked before insert on posts for each row execute function checked();`,
    found: [["setting-without-effect", "Sets statement_timeout = 1s for itself"]],
  },
];

const v2: LintCase[] = [
  {
    about: "a view over a table that has opted out of FORCE, and over one that has not",
    sql: `${tables}${seen}comment on table posts is 'flux:no-force-rls'; create view all_posts as select * from posts; create view teams_too as select * from teams;`,
    found: [
      ["view-security-definer", "whom no policy binds: everybody sees all rows"],
      ["view-security-definer", "for whom no policy is meant"],
    ],
  },
  {
    about: "a role that is another on v2",
    sql: `${tables}${seen}create policy users on posts as restrictive for select to authenticated using (current_user = 'authenticated');`,
    found: [["policy-role-never-used", "Compares the role of the request with one that v2 does not have"]],
  },
  {
    about: "helpers that ask for a role that v2 does not have, and one that asks a table for it",
    sql: `${tables}${seen}create function is_user() returns boolean language sql stable as $$ select current_setting('request.jwt.claims', true)::json ->> 'role' = 'authenticated' $$;
      create function my_role() returns text language plpgsql stable as $$ begin return current_setting('request.jwt.claims', true)::json ->> 'role'; end $$;
      create function as_user() returns boolean language sql stable as $$ select current_user = 'authenticated' $$;
      create function at_work() returns text language sql stable as $$ select role from members where user_id = auth.uid() limit 1 $$;
      create policy a on posts as restrictive for select to authenticated using ((select is_user()));
      create policy b on posts as restrictive for select to authenticated using ((select my_role()) = 'authenticated');
      create policy c on posts as restrictive for select to authenticated using ((select as_user()));
      create policy d on posts as restrictive for select to authenticated using ((select at_work()) = 'authenticated');`,
    found: [
      ["policy-role-never-used", "Compares the role of the request"],
      ["policy-dropped-claim", "Compares the claim role"],
      ["policy-dropped-claim", "Compares the claim role"],
    ],
  },
  {
    about: "a helper that FORCE binds",
    sql: `${tables}${seen}create function belongs(team int) returns boolean language sql stable security definer set search_path from current
      as $$ select exists (select from members where team_id = team and user_id = auth.uid()) $$;`,
    found: [["function-security-definer", "Uses members as t_"]],
  },
  {
    about: "a trigger whose owner FORCE binds",
    sql: log("select", "security definer set search_path from current"),
    found: [["function-security-definer", "Uses log as t_"]],
  },
  {
    about: "a view and a helper over policies that are for everybody, and so for their owner",
    sql: `${tables}create policy seen on posts for select using (${OWN}); create view mine as select * from posts;
      create function how_many() returns bigint language sql stable security definer set search_path from current as $$ select count(*) from posts $$;`,
    found: [],
  },
  {
    about: "a timeout that the platform's hook replaces, and one for locks, which it does not",
    sql: `${tables}${seen}create function report() returns bigint language sql stable set statement_timeout = '2s' set lock_timeout = '1s' as $$ select count(*) from posts $$;`,
    found: [["setting-without-effect", "Sets statement_timeout = 2s for itself"]],
  },
  {
    about: "a box to drop things into, from which nobody reads",
    sql: `create table feedback (id int generated always as identity, text text); alter table feedback enable row level security;
      grant insert on feedback to authenticated; create policy add on feedback for insert to authenticated with check (text <> '');`,
    found: [["grant-without-policy", "authenticated holds SELECT, but no policy is for it"]],
  },
];

describe.each([
  ["v1", [...both, ...v1]],
  ["v2", [...both, ...v2]],
] as const)("mistakes on %s", (mode, cases) => {
  const project = lintSuite(mode, cases);

  it.runIf(mode === "v1")("sees a role's setting that PostgREST does not ask for", async () => {
    const { client } = project.database;
    const sql = `${tables}${seen}alter role authenticated set statement_timeout = '5s';`;
    const {
      findings: [finding],
    } = await project.run(sql);
    expect(finding).toMatchObject({
      code: "setting-without-effect",
      object: "role authenticated",
      message: "Has statement_timeout = 5s, which counts for no request.",
      source: { file: "migrations/001.sql", line: tables.split("\n").length + 1 },
    });
    await client.query(finding!.fix.sql!);
    expect((await project.look([])).findings).toEqual([]);
    await client.query("alter role authenticated reset all; revoke authenticated from postgres");
  });

  it("has fixes that work", async () => {
    for (const { sql, found } of cases) {
      const { findings } = await project.run(sql);
      const whole = findings.filter(({ fix }) => fix.sql !== undefined && !fix.sql.includes("…"));
      for (const { fix } of whole) await project.database.push(fix.sql!);
      const after = await project.look([]);
      const left = findings.filter((one) => !whole.includes(one)).map(({ code }) => code);
      expect(
        after.findings.map(({ code }) => code),
        JSON.stringify(found),
      ).toEqual(left);
    }
  });
});
