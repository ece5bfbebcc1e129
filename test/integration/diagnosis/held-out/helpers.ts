import { A, B, definer, ownerSees, rls, type Scenarios } from "./scenario.ts";

const as = "alice";
const post = (path: string, body: unknown, who = as) => ({ method: "POST", path, body, as: who });

/** Policies that call functions, whose bodies say what is wanted. */
export const helpers: Scenarios = {
  "a function that compares what it is given": {
    sql: `create table m (team int, who text); create table n (id int primary key, owner text, team int); ${rls("m", "n")} ${ownerSees("m")}
      create function is_me(u text) returns boolean language sql stable as $$ select u = auth.uid() $$;
      create function same(a anyelement, b anyelement) returns boolean language plpgsql immutable as $$ begin return $1 = $2; end $$;
      create function in_team(u text, t int) returns boolean language sql ${definer} as $$ select exists (select 1 from m where m.team = t and m.who = u) $$;
      create policy s on n for select using (in_team(auth.uid(), team)); create policy i on n for insert to authenticated with check (is_me(u => owner) and same(team, 7));
      grant select, insert on n to authenticated, anon;`,
    seed: `insert into m values (1, '${A}'), (2, '${B}'); insert into n values (1, '${A}', 1), (2, '${B}', 2)`,
    asks: [
      {
        ...post("/n", { id: 3, owner: B, team: 7 }),
        codes: ["policies.with-check"],
        says: "Send owner = '",
        mended: { body: { id: 3, owner: A, team: 7 } },
      },
      {
        ...post("/n", { id: 4, owner: A, team: 6 }),
        codes: ["policies.with-check"],
        says: "and $1 is 6 while $2 is 7",
        mended: { body: { id: 4, owner: A, team: 7 } },
      },
      { path: "/n?id=eq.2", as, codes: ["policies.hidden"], says: "1 row of m meets all of it but m.team = t" },
      { path: "/n?id=eq.1", modes: ["v1"], codes: ["role.anonymous"] },
    ],
  },
  "a membership asked for in a function": {
    sql: `create table members (team int, who text, role text); create table notes (id int primary key, team int, body text); ${rls("members", "notes")} ${ownerSees("members")}
      create function is_member(t int, need text default 'member') returns boolean language sql strict ${definer} as $$
        -- is the user there?
        select exists (select 1 from members m where m.team = $1 and m.who = auth.uid() and m.role = need) $$;
      create policy s on notes for select to authenticated using ((select is_member(team)));
      create policy i on notes for insert to authenticated with check (is_member(need => 'admin', t => team));
      grant select, insert on notes to authenticated;`,
    seed: `insert into members values (1, '${A}', 'guest'), (2, '${B}', 'member'), (3, '${A}', 'member'); insert into notes values (1, 1), (2, 2), (3, 3), (4, null)`,
    asks: [
      { path: "/notes?id=eq.3", as, codes: ["ok.rows"] },
      {
        path: "/notes?id=eq.1",
        as,
        codes: ["policies.hidden"],
        says: "1 row of members meets all of it but m.role = need: there m.role is 'guest' and need is 'member'",
      },
      { path: "/notes?id=eq.2", as, codes: ["policies.hidden"], says: "all of it but m.team = $1" },
      { path: "/notes?id=eq.4", as, codes: ["policies.hidden"], says: "it is STRICT and an argument is NULL" },
      {
        ...post("/notes", { id: 5, team: 3 }),
        codes: ["policies.with-check"],
        says: "calls is_member(need => 'admin', t => team), which wants exists",
      },
    ],
  },
  "a tenant looked up in a function": {
    sql: `create table profiles (id text primary key, tenant text); create table tasks (id int primary key, tenant text); create table blind (id text primary key, tenant text); ${rls("profiles", "tasks", "blind")} ${ownerSees("profiles")}
      create function current_tenant() returns text ${definer} begin atomic select tenant from profiles where profiles.id = auth.uid(); end;
      create policy t on tasks to authenticated using (tenant = current_tenant());
      create function add_task(i int) returns void language sql as $$ insert into tasks values (i, current_tenant()) $$;
      grant select, insert, update on tasks to authenticated;`,
    seed: `insert into profiles values ('${A}', 't1'), ('${B}', null); insert into tasks values (1, 't1'), (2, 't2')`,
    asks: [
      { path: "/tasks?id=eq.1", as, codes: ["ok.rows"] },
      { path: "/tasks?id=eq.2", as, codes: ["policies.hidden"], says: "and gives 't1'" },
      { path: "/tasks?id=eq.1", as: "bob", codes: ["policies.hidden"], says: "what it selects is NULL there" },
      {
        path: "/tasks?id=eq.1",
        as: "carol",
        codes: ["policies.hidden"],
        says: "its query on profiles finds no row, so it gives NULL: 2 rows of profiles meet all of it but profiles.id = auth.uid()",
      },
      {
        ...post("/tasks", { id: 3, tenant: "t9" }),
        codes: ["policies.with-check"],
        mended: { body: { id: 3, tenant: "t1" } },
      },
      {
        ...post("/rpc/add_task", { i: 4 }, "carol"),
        codes: ["policies.with-check"],
        says: "its query on profiles finds no row",
      },
      { ...post("/rpc/add_task", { i: 4 }), codes: ["ok.called"] },
    ],
  },
  "a function whose owner sees nothing": {
    modes: ["v2"],
    sql: `create table profiles (id text primary key, tenant text); create table tasks (id int primary key, tenant text); ${rls("profiles", "tasks")}
      create function tenant() returns text language sql ${definer} set search_path from current as $$ select tenant from profiles where id = auth.uid() $$;
      create function is_mine(t text) returns boolean language plpgsql ${definer} as $$ begin return exists (select 1 from profiles p where p.id = auth.uid() and p.tenant = t); end $$;
      create policy s on tasks for select to authenticated using (is_mine(tenant)); create policy i on tasks for insert to authenticated with check (tenant = tenant());
      create function add_task(i int) returns void language sql as $$ insert into tasks values (i, tenant()) $$;
      grant select, insert on tasks to authenticated;`,
    seed: `insert into profiles values ('${A}', 't1'); insert into tasks values (1, 't1'), (2, 't2')`,
    asks: [
      { path: "/tasks?id=eq.1", as, codes: ["policies.definer-owner"], says: "this part would be true" },
      { path: "/tasks?id=eq.2", as, codes: ["policies.hidden"], says: "First give t_" },
      {
        ...post("/rpc/add_task", { i: 4 }),
        codes: ["policies.definer-owner"],
        says: "row security lifted for t_",
        mended: "fix",
      },
      { path: "/tasks?id=eq.1", as, codes: ["ok.rows"] },
      { path: "/tasks?id=eq.2", as, codes: ["policies.hidden"], says: "meets all of it but p.tenant = t" },
    ],
  },
  "a function whose owner lacks a right": {
    sql: `create table staff (who text, dep int, active boolean); create table papers (id int primary key, dep int); ${rls("staff", "papers")}
      create function in_dep(d int) returns boolean language sql ${definer} as $$ select exists (select 1 from staff s where s.dep = d and s.who = auth.uid() and s.active) $$;
      create policy p on papers to authenticated using (in_dep(dep)); grant select on papers to authenticated;`,
    seed: `insert into staff values ('${A}', 1, false); insert into papers values (1, 1);
      do $$ begin create role held_out_helper; exception when duplicate_object then null; end $$; alter function in_dep(int) owner to held_out_helper;
      do $$ begin execute format('grant usage on schema %I, auth to held_out_helper', current_schema()); end $$;`,
    asks: [
      { path: "/papers", as, codes: ["grants.view-owner", "policies.hidden"], says: "no SELECT on staff" },
      {
        path: "/papers",
        as,
        before: "grant select on staff to held_out_helper",
        codes: ["policies.hidden"],
        says: "held_out_helper sees no row of staff at all",
        mended: "create policy h on staff to held_out_helper using (true)",
        after: ["policies.hidden"],
      },
      {
        path: "/papers",
        as,
        codes: ["policies.hidden"],
        says: "meets all of it but s.active: there s.active is false",
      },
    ],
  },
  "a function that asks as the user": {
    sql: `create table projects (id int primary key, owner text, open boolean); create table tasks (id int primary key, project int); create table links (project int, who text); create table files (id int primary key, project int); ${rls("projects", "tasks", "links", "files")}
      create policy p on projects to authenticated using (owner = auth.uid() or open);
      create function shown(p int) returns boolean language sql stable as $$ select exists (select 1 from projects where id = p) $$;
      create function linked(p int) returns boolean language sql stable as $$ select exists (select 1 from links l where l.project = p and l.who = auth.uid()) $$;
      create policy t on tasks to authenticated using (shown(project)); create policy f on files to authenticated using (linked(project));
      grant select on projects, tasks, links, files to authenticated;`,
    seed: `insert into projects values (1, '${B}', false), (2, '${A}', false); insert into tasks values (1, 1), (2, 2), (3, 9); insert into links values (1, '${A}'); insert into files values (1, 1)`,
    asks: [
      { path: "/tasks?id=eq.2", as, codes: ["ok.rows"] },
      {
        path: "/tasks?id=eq.1",
        as,
        codes: ["policies.hidden"],
        says: 'Row security hides the row of projects that it looks for: policy \\"p\\" wants owner = auth.uid()',
      },
      { path: "/tasks?id=eq.3", as, codes: ["policies.hidden"], says: "No row of projects meets id = p: p is 9." },
      {
        path: "/files",
        as,
        codes: ["policies.subselect-hidden", "policies.no-policy"],
        says: "calls linked(project), which reads links, whose own policies hide",
        mended: "create policy l on links to authenticated using (who = auth.uid())",
      },
    ],
  },
  "a function whose owner is held by the policy that calls it": {
    modes: ["v2"],
    sql: `create table members (team int, who text); create table docs (id int primary key, team int); ${rls("members", "docs")} grant select on members, docs to authenticated;
      create function in_team(t int) returns boolean language sql ${definer} as $$ select exists (select 1 from members m where m.team = t and m.who = auth.uid()) $$;
      create policy p on members using (in_team(team)); create policy d on docs to authenticated using (in_team(team));
      create function count_members() returns bigint language sql ${definer} as $$ select count(*) from members $$;`,
    seed: `insert into members values (1, '${A}'), (2, '${B}'); insert into docs values (1, 1)`,
    asks: [
      {
        path: "/docs",
        as,
        codes: ["policies.recursion"],
        says: 'Policy \\"d\\" of docs calls in_team(integer), which reads members as its owner',
      },
      {
        path: "/rpc/count_members",
        as,
        codes: ["policies.recursion"],
        says: "The function count_members() reads members as its owner",
      },
      {
        path: "/members",
        as,
        codes: ["policies.recursion"],
        says: "for whom these policies hold as well",
        mended: "fix",
      },
      { path: "/members?team=eq.2", as, codes: ["policies.hidden"], says: "all of it but m.team = t" },
      { path: "/docs", as, codes: ["ok.rows"] },
      { path: "/rpc/count_members", as, codes: ["ok.called"] },
    ],
  },
  "functions in functions, in PL/pgSQL": {
    sql: `create table staff (who text primary key, school int, active boolean, level int); create table grades (id int primary key, school int); ${rls("staff", "grades")} create policy s on staff to authenticated using (who = auth.uid());
      create function level_of_user() returns int language sql stable as $$ select level from staff where who = auth.uid() $$;
      create function is_teacher(s int) returns boolean language plpgsql stable as $$ declare m staff%rowtype; begin
        select * into m from staff where who = auth.uid(); if not found then return false; end if;
        return m.active and m.school = s; end $$;
      create function may_grade(s int) returns boolean language sql stable as $$ select is_teacher(s) and level_of_user() >= 2 $$;
      create function loops(s int) returns boolean language plpgsql stable as $$ declare r record; begin for r in select * from staff loop if r.school = s then return true; end if; end loop; return false; end $$;
      create policy g on grades for select to authenticated using (may_grade(school)); create policy i on grades for insert to authenticated with check (loops(school));
      grant select on staff to authenticated; grant select, insert on grades to authenticated;`,
    seed: `insert into staff values ('${A}', 1, false, 3), ('${B}', 1, true, 1); insert into grades values (1, 1), (2, 2)`,
    asks: [
      {
        path: "/grades?id=eq.1",
        as,
        codes: ["policies.hidden"],
        says: "calls may_grade(school), which calls is_teacher(s), which wants (SELECT active",
      },
      {
        path: "/grades?id=eq.1",
        as: "bob",
        codes: ["policies.hidden"],
        says: "level_of_user() >= 2, and level_of_user() is 1",
      },
      {
        path: "/grades?id=eq.1",
        as: "carol",
        codes: ["policies.hidden"],
        says: "wants EXISTS (SELECT 1 from staff where who = auth.uid()), and the sub-select has 0 rows",
      },
      {
        ...post("/grades", { id: 3, school: 9 }),
        codes: ["policies.with-check"],
        says: "its body is not taken apart: its PL/pgSQL does more than fetch and return (FOR)",
      },
    ],
  },
  "functions of claims, of the row, and that say no": {
    sql: `create table docs (id int primary key, org text, owner uuid); create table bans (room int, who text); create table msgs (id int primary key, room int, author text); create table ids (id int primary key, owner uuid); ${rls("docs", "bans", "msgs", "ids")} ${ownerSees("bans")}
      create function org_id() returns text language sql stable as $$ select current_setting('request.jwt.claims', true)::json ->> 'org_id' $$;
      create function is_org(o text) returns boolean language plpgsql stable as $$ begin return o = org_id(); end; $$;
      create function is_banned(r int) returns boolean language sql ${definer} as $$ select exists (select from bans b where b.room = r and b.who = auth.uid()) $$;
      create function is_mine(m msgs) returns boolean language sql stable as $$ select m.author = auth.uid() or (m).room = 7 $$;
      create function has_id(o uuid) returns boolean language sql stable as $$ select o = auth.uid()::uuid $$;
      create policy p on docs to authenticated using (is_org(org)); create policy p on ids to authenticated using (has_id(owner));
      create policy s on msgs for select to authenticated using (not is_banned(room)); create policy d on msgs for update to authenticated using (is_mine(msgs));
      grant select on docs, ids to authenticated; grant select, update on msgs to authenticated;`,
    seed: `insert into docs values (1, 'org_1'); insert into bans values (1, '${A}'); insert into msgs values (1, 1, '${A}'), (2, 2, '${B}'); insert into ids values (1, '5b2f7a52-4d5c-4c1e-9f1c-000000000001')`,
    asks: [
      { path: "/docs", as, codes: ["policies.claim-missing"], says: "calls is_org(org), which reads the claim org_id" },
      { path: "/docs", as, claims: { org_id: "org_1" }, codes: { v1: ["ok.rows"], v2: ["policies.claim-dropped"] } },
      { path: "/msgs?id=eq.1", as, codes: ["policies.hidden"], says: "and is_banned(room) is true" },
      {
        method: "PATCH",
        path: "/msgs?id=eq.2",
        as,
        body: { room: 3 },
        codes: ["policies.hidden-write"],
        says: 'Nor is (m).room = 7 true, which policy \\"d\\" would take as well',
      },
      {
        path: "/ids",
        as,
        codes: ["policies.uuid-cast"],
        says: "In the body of has_id(uuid): compare the owner's id as text",
      },
    ],
  },
};
