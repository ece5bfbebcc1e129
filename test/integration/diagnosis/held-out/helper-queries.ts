import { A, B, definer, ownerSees, rls, type Scenarios } from "./scenario.ts";

const as = "alice";

/** Functions of policies that consist of a query, and what it gives. */
export const helperQueries: Scenarios = {
  "functions that choose, count and compare": {
    sql: `create table crew (t int, who text, role text, until date); ${["a", "b", "c", "d"].map((one) => `create table ${one} (id int primary key, t int); ${rls(one)}`).join(" ")} ${rls("crew")} ${ownerSees("crew")}
      create function counted(x int) returns boolean language sql ${definer} as $$ select count(*) > 0 from crew where t = x and who = auth.uid() and until > current_date $$;
      create function chosen(i int, x int) returns boolean language sql stable as $$ select case i when 1 then x > 7 when 2 then counted(x) else false end $$;
      create function leads(x int) returns boolean language sql ${definer} as $$ select coalesce((select role = 'lead' from crew where t = x and who = auth.uid()), false) $$;
      create function any_lead(x int) returns boolean language plpgsql ${definer} as $$ declare found_one boolean; begin select bool_or(role = 'lead') into found_one from crew where t = x and who = auth.uid(); return found_one; end $$;
      create policy p on a to authenticated using (chosen(id, t)); create policy p on b to authenticated using (counted(t)); create policy p on c to authenticated using (leads(t)); create policy p on d to authenticated using (any_lead(t));
      grant select on a, b, c, d to authenticated;`,
    seed: `insert into crew values (1, '${A}', 'dev', '2020-01-01'); ${["a", "b", "c", "d"].map((one) => `insert into ${one} values (1, 1), (3, 1);`).join(" ")}`,
    asks: [
      { path: "/a?id=eq.1", as, codes: ["policies.hidden"], says: "which wants x > 7, and x is 1" },
      { path: "/a?id=eq.3", as, codes: ["policies.hidden"], says: "Nor is i = 2 true" },
      {
        path: "/b?id=eq.1",
        as,
        codes: ["policies.hidden"],
        says: "all of it but until > current_date: there until is '2020-01-01'",
      },
      { path: "/c?id=eq.1", as, codes: ["policies.hidden"], says: "all of it but role = 'lead': there role is 'dev'" },
      { path: "/d?id=eq.1", as, codes: ["policies.hidden"], says: "calls any_lead(t), which wants" },
    ],
  },
  "functions with WITH, UNION, VARIADIC and columns of a sub-select": {
    sql: `create table teams (id int primary key); create table mem (team int, who text, role text); create table guests (team int, who text); create table folders (id int primary key, up int, owner text); ${["a", "b", "c", "d"].map((one) => `create table ${one} (id int primary key, t int); ${rls(one)}`).join(" ")} ${rls("teams", "mem", "guests", "folders")} ${ownerSees("mem", "guests", "folders")}
      create function my_teams() returns setof int language sql ${definer} as $$ select team from mem where who = auth.uid() union select team from guests where who = auth.uid() $$;
      create function is_in(x int) returns boolean language sql ${definer} as $$ with mine as (select team from mem where who = auth.uid() and role <> 'left') select exists (select 1 from mine where team = x) $$;
      create function may_open(f int) returns boolean language sql ${definer} as $$ with recursive path as (select * from folders where id = f union all select p.* from folders p join path on p.id = path.up) select exists (select 1 from path where owner = auth.uid()) $$;
      create function has_role(x int, variadic roles text[]) returns boolean language sql ${definer} as $$ select exists (select 1 from mem m where m.team = x and m.who = auth.uid() and m.role = any (roles)) $$;
      create policy t on teams to authenticated using (true); create policy p on a to authenticated using (t in (select my_teams())); create policy p on b to authenticated using (is_in(t)); create policy p on c to authenticated using (may_open(t));
      create policy s on d for select to authenticated using (exists (select 1 from teams x where x.id = d.t and has_role(x.id, 'dev', 'lead'))); create policy i on d for insert to authenticated with check (has_role(t, variadic array['lead']));
      grant select on teams, a, b, c to authenticated; grant select, insert on d to authenticated;`,
    seed: `insert into teams values (1), (2); insert into mem values (1, '${B}', 'lead'), (2, '${A}', 'left'); insert into guests values (3, '${A}'); insert into folders values (1, null, '${A}'), (2, 1, '${B}'), (3, null, '${B}'), (4, 3, '${B}');
      insert into a values (1, 1), (3, 3); insert into b values (2, 2); insert into c values (1, 2), (2, 4); insert into d values (1, 1), (2, 2)`,
    asks: [
      { path: "/a?id=eq.1", as, codes: ["policies.hidden"], says: "1 row of mem meets all of it but who = auth.uid()" },
      { path: "/a?id=eq.3", as, codes: ["ok.rows"] },
      {
        path: "/b?id=eq.2",
        as,
        codes: ["policies.hidden"],
        says: "The WITH query mine has no row: 1 row of mem meets all of it but role <> 'left'",
      },
      { path: "/c?id=eq.1", as, codes: ["ok.rows"] },
      {
        path: "/c?id=eq.2",
        as,
        codes: ["policies.hidden"],
        says: "2 rows of path meet all of it but owner = auth.uid()",
      },
      {
        path: "/d?id=eq.2",
        as,
        codes: ["policies.hidden"],
        says: "m.role = any (roles): there m.role is 'left' and roles is '{dev,lead}'",
      },
      { path: "/d?id=eq.1", as: "bob", codes: ["ok.rows"] },
      {
        ...{ method: "POST", path: "/d", as, body: { id: 3, t: 2 } },
        codes: ["policies.with-check"],
        says: "with x = 2 and roles = '{lead}'",
        mended: { as: "bob", body: { id: 3, t: 1 } },
      },
    ],
  },
  "a branch for every kind of row": {
    sql: `create table posts (id int primary key, kind text, owner text, org text, code text); ${rls("posts")}
      create function may(k text, o text, g text) returns boolean language plpgsql stable as $$ begin
        if k = 'private' then return o = auth.uid(); elsif k = 'org' then return g = 'acme'; end if; return k <> 'gone'; end $$;
      create policy p on posts using (may(kind, owner, org)); create policy c on posts as restrictive using (case when code ~ '^[0-9]+$' then code::int > 5 else code is null end);
      grant select on posts to authenticated;`,
    seed: `insert into posts values (1, 'private', '${B}', 'acme', null), (2, 'org', '${A}', 'x', null), (3, 'open', null, null, null), (4, 'gone', '${A}', 'acme', null), (5, 'open', null, null, '3'), (6, 'open', null, null, 'x')`,
    asks: [
      { path: "/posts?id=eq.1", as, codes: ["policies.hidden"], says: "which wants o = auth.uid()" },
      { path: "/posts?id=eq.2", as, codes: ["policies.hidden"], says: "which wants g = 'acme', and g is 'x'" },
      { path: "/posts?id=eq.3", as, codes: ["ok.rows"] },
      { path: "/posts?id=eq.4", as, codes: ["policies.hidden"], says: "which wants k <> 'gone', and k is 'gone'" },
      { path: "/posts?id=eq.5", as, codes: ["policies.hidden"], says: "wants (code)::integer > 5" },
      { path: "/posts?id=eq.6", as, codes: ["policies.hidden"], says: "wants code IS NULL, and code is 'x'" },
    ],
  },
  "functions that give many": {
    sql: `create table mem (team int, who text, role text); ${["a", "b", "c", "d"].map((one) => `create table ${one} (id int primary key, team int); ${rls(one)}`).join(" ")} ${rls("mem")} ${ownerSees("mem")}
      create function my_teams() returns setof int language sql ${definer} as $$ select team from mem where who = auth.uid() $$;
      create function my_rows() returns setof mem language sql ${definer} as $$ select * from mem where who = auth.uid() $$;
      create function my_table() returns table (role text, team_id int) language plpgsql ${definer} as $$ begin return query select m.role, m.team from mem m where m.who = auth.uid() and m.role <> 'guest'; end $$;
      create function my_array(r text default 'admin') returns int[] language sql ${definer} as $$ select coalesce(array_agg(team), '{}') from mem where who = auth.uid() and role = r $$;
      create policy p on a to authenticated using (team in (select my_teams())); create policy p on b to authenticated using (team in (select team from my_rows()));
      create policy p on c to authenticated using (team in (select team_id from my_table())); create policy p on d to authenticated using (team = any (my_array()));
      grant select on a, b, c, d to authenticated;`,
    seed: `insert into mem values (1, '${A}', 'guest'), (2, '${B}', 'admin'); ${["a", "b", "c", "d"].map((one) => `insert into ${one} values (1, 1), (2, 2);`).join(" ")}`,
    asks: [
      ...["a", "b"].map((table) => ({
        path: `/${table}?id=eq.2`,
        as,
        codes: ["policies.hidden"],
        says: "1 row of mem meets all of it but who = auth.uid(): there who is",
      })),
      { path: "/a?id=eq.1", as, codes: ["ok.rows"] },
      {
        path: "/c?id=eq.1",
        as,
        codes: ["policies.hidden"],
        says: "all of it but m.role <> 'guest': there m.role is 'guest'",
      },
      { path: "/d?id=eq.1", as, codes: ["policies.hidden"], says: "there role is 'guest' and r is 'admin'" },
      { path: "/d?id=eq.2", as: "bob", codes: ["ok.rows"] },
    ],
  },
};
