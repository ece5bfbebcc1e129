/** Each mistake with a project that has it and one that nearly has. The traps show the rest. */
import { describe, expect, it } from "vitest";
import { type LintCase, lintSuite } from "./lint-suite.ts";

const NOTES = `create table notes (id bigint generated always as identity primary key, owner_id text not null, team text);
create index on notes (owner_id);
alter table notes enable row level security;
grant select on notes to authenticated;
`;
const OWN = "create policy own on notes for select to authenticated using (owner_id = (select auth.uid()));\n";

const v2: LintCase[] = [
  { about: "a project without mistakes", sql: NOTES + OWN, found: [] },
  {
    about: "a partition without row security of its own",
    sql: `create table events (id int, day date) partition by range (day); create table events_26 partition of events for values from ('2026-01-01') to ('2027-01-01');
      alter table events enable row level security; create policy r on events for select to authenticated using (true);`,
    found: [
      ["rls-off", "Row security is off, and authenticated may SELECT every row. The policies of events do not hold"],
    ],
  },
  {
    about: "partitions that are reached through their table only",
    sql: `create table events (id int, day date) partition by range (day); create table events_26 partition of events for values from ('2026-01-01') to ('2027-01-01');
      alter table events enable row level security; alter table events_26 enable row level security; create policy r on events for select to authenticated using (true);`,
    found: [],
  },
  {
    about: "a claim that is looked for in all of them",
    sql: `${NOTES}create policy admins on notes for select to authenticated using ((select current_setting('request.jwt.claims', true))::jsonb @> '{"admin": true}');`,
    found: [["policy-dropped-claim", "Reads the claim admin, which the v2 gateway drops"]],
  },
  {
    about: "the claim role, which is another on v2",
    sql: `${NOTES}create policy users on notes for select to authenticated using ((select current_setting('request.jwt.claims', true))::jsonb ->> 'role' = 'authenticated');`,
    found: [["policy-dropped-claim", "Compares the claim role, in whose place"]],
  },
  {
    about: "a function that reads the policy's own table as its caller",
    sql: `${NOTES}create function mine() returns setof bigint language plpgsql stable as $$ begin return query select id from notes where owner_id = auth.uid(); end $$;
      create policy own on notes for select to authenticated using (id in (select mine()));`,
    found: [["policy-recursion", "Calls mine(), which reads the policy's own table as whoever calls it"]],
  },
  {
    about: "a table without row security",
    sql: "create table colours (name text primary key);",
    found: [["rls-off", "Row security is off, and authenticated may SELECT every row."]],
  },
  {
    about: "a table without row security that nobody may touch",
    sql: "create table jobs (id int); revoke all on jobs from authenticated;",
    found: [],
  },
  {
    about: "a table with row security that nobody may touch",
    sql: "create table jobs (id int); alter table jobs enable row level security; revoke all on jobs from authenticated;",
    found: [],
  },
  {
    about: "a claim that a function reads for the policy",
    sql: `${NOTES}create function org() returns text language sql stable as
      $$ select current_setting('request.jwt.claims', true)::json ->> 'org_id' $$;
      create policy org on notes for select to authenticated using (owner_id = (select org()));`,
    found: [["policy-dropped-claim", "Reads the claim org_id, which the v2 gateway drops"]],
  },
  {
    about: "claims that the gateway keeps",
    sql: `${NOTES}create policy mail on notes for select to authenticated
      using (owner_id = (select current_setting('request.jwt.claims', true)::json ->> 'email'));`,
    found: [],
  },
  {
    about: "a column without an index",
    sql: `${NOTES}${OWN}create policy team on notes for select to authenticated using (team = (select auth.uid()));`,
    found: [["policy-unindexed-column", "Compares team, on which there is no index: each request reads all of notes."]],
  },
  {
    about: "a column compared with a constant needs no index",
    sql: `${NOTES}${OWN}create policy team on notes as restrictive for select to authenticated using (team = 'red' or team is null);`,
    found: [],
  },
  {
    about: "a call for every row",
    sql: `${NOTES}create policy own on notes for select to authenticated using (owner_id = auth.uid());`,
    found: [["policy-call-per-row", "Calls auth.uid() for every row."]],
  },
  {
    about: "everybody may write everything",
    sql: `${NOTES}${OWN}grant insert on notes to authenticated; create policy add on notes for insert to authenticated with check (true);`,
    found: [["policy-write-always-true", "Lets everybody it is for insert every row"]],
  },
  {
    about: "everybody may read everything, and nothing else is said",
    sql: `${NOTES}create policy open on notes for select to authenticated using (true);`,
    found: [],
  },
  {
    about: "policies that read each other's tables",
    sql: `${NOTES}create table teams (id text primary key, member text); create index on teams (member);
      alter table teams enable row level security;
      create policy t on teams for select to authenticated using (exists (select from notes n where n.team = teams.id));
      create policy n on notes for select to authenticated using (exists (select from teams t where t.id = notes.team));`,
    found: [
      ["policy-recursion", "Reads teams, whose policies lead back to notes: 42P17"],
      ["policy-recursion", "Reads notes, whose policies lead back to teams: 42P17"],
    ],
  },
  {
    about: "a materialized view over protected rows",
    sql: `${NOTES}${OWN}create materialized view all_notes as select * from notes;`,
    found: [["view-security-definer", "Holds rows of notes as its owner saw them"]],
  },
  {
    about: "a view over a security invoker, which asks for whoever asks the view",
    sql: `${NOTES}${OWN}create view a with (security_invoker = true) as select * from notes; create view b as select * from a;`,
    found: [],
  },
  {
    about: "a security invoker over a view that is none: that one is told, once",
    sql: `${NOTES}${OWN}create view a as select * from notes; create view b with (security_invoker = true) as select * from a;`,
    found: [["view-security-definer", "Reads notes as t_"]],
  },
  {
    about: "names that the gateway keeps for itself",
    sql: `create table "theme.css" (id int); revoke all on "theme.css" from authenticated, anon;
      create table health (id int); revoke all on health from authenticated, anon;
      create table admins (id int); revoke all on admins from authenticated, anon;`,
    found: [
      ["name-absorbed", "GET /health is the gateway's own"],
      ["name-absorbed", "Every request to /theme.css is answered 404"],
    ],
  },
  {
    about: "a policy for every command with SELECT alone granted",
    sql: `${NOTES}create policy own on notes to authenticated using (owner_id = (select auth.uid()));`,
    found: [["policy-without-grant", "the policy is asked by reads alone: every write is 42501"]],
  },
  {
    about: "a policy for every command with nothing granted",
    sql: `${NOTES}revoke all on notes from authenticated; create policy own on notes to authenticated using (owner_id = (select auth.uid()));`,
    found: [["policy-without-grant", "SELECT, INSERT, UPDATE and DELETE on notes, so the policy is never asked"]],
  },
  {
    about: "a policy for every command with some of them granted",
    sql: `${NOTES}grant insert on notes to authenticated; create policy own on notes to authenticated using (owner_id = (select auth.uid()));`,
    found: [],
  },
];

const v1: LintCase[] = [
  { about: "a project without mistakes", sql: NOTES + OWN, found: [] },
  {
    about: "claims that v2 would drop",
    sql: `${NOTES}create policy org on notes for select to authenticated
      using (owner_id = (select current_setting('request.jwt.claims', true)::json ->> 'org_id'));`,
    found: [],
  },
  {
    about: "a policy for the role that no policy binds",
    sql: `${NOTES}${OWN}create policy service on notes to service_role using (true);`,
    found: [["policy-role-never-used", "Is TO service_role, and no request is subject to it."]],
  },
  {
    about: "a function that reads past the policies",
    sql: `${NOTES}${OWN}create function count_notes() returns bigint language sql security definer set search_path from current as $$ select count(*) from notes $$;`,
    found: [["function-security-definer", "Uses notes as postgres, whom no policy binds"]],
  },
  {
    about: "the same for nobody to call",
    sql: `${NOTES}${OWN}create function count_notes() returns bigint language sql security definer set search_path from current as $$ select count(*) from notes $$;
      revoke execute on function count_notes() from public;`,
    found: [],
  },
  {
    about: "a policy for every command where writes were taken away",
    sql: `${NOTES}revoke insert, update, delete on notes from authenticated, anon; create policy own on notes to authenticated using (owner_id = (select auth.uid()));`,
    found: [],
  },
  {
    about: "a table in another schema than public",
    sql: `${NOTES}${OWN}create schema internal; create table internal.jobs (id int);`,
    found: [],
  },
  {
    about: "a name that v2 would absorb",
    sql: NOTES.replaceAll("notes", "admin") + OWN.replace("notes", "admin"),
    found: [],
  },
];

describe.each([
  ["v1", v1],
  ["v2", v2],
] as const)("lint on %s", (mode, cases) => {
  const project = lintSuite(mode, cases);
  it("proposes SQL that works", async () => {
    const sql = `${NOTES}create policy own on notes for select to authenticated using (owner_id = auth.uid() and (team is null or team = auth.uid()));`;
    const { findings } = await project.run(sql);
    for (const { fix } of findings) await project.database.push(fix.sql!);
    const after = await project.look([]);
    expect(findings.map(({ code }) => code)).toEqual(["policy-unindexed-column", "policy-call-per-row"]);
    expect(after.findings).toEqual([]);
  });

  it("lets a helper see the rows it chooses from, by either of its ways", async () => {
    const helper = `${NOTES}${OWN}create function count_notes() returns bigint language sql security definer set search_path from current as $$ select count(*) from notes $$;`;
    const { findings } = await project.run(helper);
    await project.database.push(findings[0]!.fix.sql!);
    const { client } = project.database;
    const { rows } = await client.query("select relforcerowsecurity as forced from pg_class where relname = 'notes'");
    expect(rows).toEqual([{ forced: false }]);
    const policy = "create policy owner on notes for select to current_role using (true);";
    expect((await project.run(helper + policy)).findings).toEqual([]);
  });

  it("calls a policy FOR ALL that only reads go through no error", async () => {
    const all = "create policy own on notes to authenticated using (owner_id = (select auth.uid()));";
    const severities = async (sql: string) => (await project.run(NOTES + sql)).findings.map(({ severity }) => severity);
    expect(await severities(all)).toEqual(mode === "v2" ? ["warning"] : []);
    expect(await severities(`revoke all on notes from authenticated, anon; ${all}`)).toEqual(["error"]);
  });

  it("names file and line, and hears of comments and configuration", async () => {
    const sql = `${NOTES}\n-- flux-dev: ignore policy-unindexed-column\ncreate policy team on notes\n  for select to authenticated using (team = auth.uid());`;
    const line = NOTES.split("\n").length + 2;
    const report = await project.run(sql);
    expect(report.findings).toMatchObject([
      { code: "policy-call-per-row", source: { file: "migrations/001.sql", line } },
    ]);
    expect(report.silenced).toBe(1);
    expect(await project.run(sql, ["policy-call-per-row:notes"])).toMatchObject({ findings: [], silenced: 2 });
    expect((await project.run(sql, ["policy-call-per-row:other"])).findings).toHaveLength(1);
  });
});
