import { A, ORG, own, rls, type Scenarios } from "./scenario.ts";

const as = "alice";
const claims = (type: "json" | "jsonb" = "jsonb") => `current_setting('request.jwt.claims', true)::${type}`;
const guarded = (table: string, columns: string, using: string): string =>
  `create table ${table} (id int primary key, ${columns}); ${rls(table)} create policy p on ${table} to authenticated using (${using}); grant select, insert on ${table} to authenticated;`;
const dropped = { v2: ["policies.claim-dropped"], v1: ["ok.rows"] };

export const expressions: Scenarios = {
  claims: {
    sql: `create function org() returns text language sql stable as $$ select ${claims("json")} ->> 'org_id' $$;
      ${guarded("a", "org text", `org = (${claims()} ->> 'org_id')`)}
      ${guarded("b", "org text", `org = any (array(select jsonb_array_elements_text(${claims()} -> 'orgs')))`)}
      ${guarded("c", "plan text", `plan = (${claims()} #>> '{app_metadata,plan}')`)}
      ${guarded("d", "plan text", `plan = (${claims()} -> 'public_metadata' ->> 'plan')`)}
      ${guarded("e", "x text", `(${claims()} -> 'perms') ? 'read'`)}
      ${guarded("f", "org text", "org = (select org())")}
      ${guarded("g", "mail text", `mail = (${claims()} ->> 'email')`)}
      ${guarded("h", "org text", "org = current_setting('request.jwt.claim.org_id', true)")}`,
    seed: `insert into a values (1, '${ORG}'); insert into b values (1, '${ORG}'); insert into c values (1, 'pro'); insert into d values (1, 'pro'); insert into e values (1, 'x');
      insert into f values (1, '${ORG}'); insert into g values (1, 'ALICE@example.com'); insert into h values (1, '${ORG}')`,
    asks: [
      { path: "/a", as, claims: { org_id: ORG }, codes: dropped, says: "org_id" },
      { path: "/a", as, drop: ["org_id"], codes: ["policies.claim-missing"] },
      { path: "/b", as, claims: { orgs: [ORG] }, codes: dropped },
      { path: "/c", as, claims: { app_metadata: { plan: "pro" } }, codes: dropped },
      {
        path: "/c",
        as,
        claims: { app_metadata: { tier: "pro" } },
        modes: ["v1"],
        codes: ["policies.hidden"],
        says: "app_metadata is {",
      },
      {
        path: "/d",
        as,
        claims: { public_metadata: { plan: "free" } },
        modes: ["v2"],
        codes: ["policies.claim-dropped"],
        says: "would not be true for this row",
      },
      { path: "/e", as, claims: { perms: ["read"] }, codes: dropped },
      { path: "/f", as, claims: { org_id: ORG }, codes: dropped },
      { path: "/g", as, codes: ["policies.hidden"], says: "upper and lower case only" },
      { path: "/h", as, claims: { org_id: ORG }, modes: ["v1"], codes: ["policies.legacy-claim"], mended: "fix" },
      {
        path: "/h",
        as,
        claims: { org_id: ORG },
        modes: ["v2"],
        codes: ["policies.legacy-claim"],
        mended: "fix",
        after: ["policies.claim-dropped"],
      },
    ],
  },
  "casts of ids": {
    sql: `${guarded("a", "owner uuid", "owner = auth.uid()::uuid")} ${guarded("b", "owner uuid", "owner::text = auth.uid()")}
      create table c (id uuid primary key, owner text); ${own("c")} grant select on c to authenticated;`,
    seed: `insert into a values (1, gen_random_uuid()); insert into b values (1, gen_random_uuid()); insert into c values (gen_random_uuid(), '${A}')`,
    asks: [
      { path: "/a", as, codes: ["policies.uuid-cast"], mended: "fix", after: ["policies.hidden"] },
      { path: "/b", as, codes: ["policies.uuid-text"], mended: "fix", after: ["policies.hidden"] },
      { path: "/c?id=eq.5", as, codes: ["sql.invalid-value"], mended: { path: "/c" } },
    ],
  },
  errors: {
    modes: ["v2"],
    sql: `create function boom() returns boolean language plpgsql stable as $$ begin raise exception 'no'; end $$; ${guarded("a", "n int", "10 / n > 1")} ${guarded("b", "v text", "v::int > 0")} ${guarded("c", "v text", "boom()")}
      ${guarded("d", "t text", "t = current_setting('app.tenant')")} ${guarded("e", "t text", "t = current_setting('app.tenant', true)")}`,
    seed: "insert into a values (1, 0), (2, 5); insert into b values (1, 'x'); insert into c values (1, 'x'); insert into d values (1, 't'); insert into e values (1, 't')",
    asks: [
      { path: "/a", as, codes: ["policies.error"], says: "n = 0", mended: { path: "/a?id=eq.2" } },
      {
        method: "POST",
        path: "/a",
        as,
        body: { id: 5, n: 0 },
        codes: ["policies.error"],
        says: "nullif",
        mended: { body: { id: 5, n: 4 } },
      },
      { path: "/b", as, codes: ["policies.error"], says: "invalid input syntax for type integer" },
      { path: "/c", as, codes: ["policies.error"], says: "return false instead of raising" },
      { path: "/d", as, codes: ["policies.error"], says: "second argument" },
      { path: "/e", as, codes: ["policies.hidden"], says: "Nothing set app.tenant" },
    ],
  },
  "functions that are not asked twice": {
    modes: ["v2"],
    sql: `create table log (n int); ${rls("log")} create function lucky() returns boolean language plpgsql volatile as $$ begin insert into log values (1); return false; end $$;
      create function coin() returns boolean language sql volatile as 'select random() > 2'; create function plain() returns boolean language plpgsql as $$ begin return false; end $$;
      ${guarded("a", "x int", "lucky()")} ${guarded("b", "x int", "coin()")} ${guarded("c", "x int", "plain()")}`,
    seed: "insert into a values (1, 1); insert into b values (1, 1); insert into c values (1, 1)",
    asks: [
      { path: "/a", as, codes: ["policies.error"], says: "Take the write out" },
      { path: "/b", as, codes: ["policies.unexplained"], says: "it was not evaluated" },
      { path: "/c", as, codes: ["policies.hidden"], says: "VOLATILE" },
    ],
  },
  "claims looked into": {
    sql: `create function jwt() returns jsonb language sql stable as $$ select coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb $$;
      ${guarded("a", "x int", `jwt() @> '{"admin": true}'`)} ${guarded("b", "x int", "jwt() ? 'admin'")} ${guarded("c", "x int", "jwt() ->> 'role' = 'authenticated'")}
      ${guarded("d", "x int", "case when jwt() ->> 'plan' = 'pro' then true else x > 5 end")} ${guarded("e", "lvl int", "lvl <= (jwt() ->> 'level')::int")} ${guarded("f", "r text", "r in (select jsonb_array_elements_text(jwt() -> 'regions'))")}
      ${guarded("g", "x int", "pg_has_role(current_user, 'authenticated', 'member')")}`,
    seed: "insert into a values (1, 1); insert into b values (1, 1); insert into c values (1, 1); insert into d values (1, 1); insert into e values (1, 5); insert into f values (1, 'eu'); insert into g values (1, 1)",
    asks: [
      { path: "/a", as, claims: { admin: true }, codes: dropped, says: "admin" },
      { path: "/a", as, codes: ["policies.claim-missing"], says: "no claim admin" },
      { path: "/b", as, claims: { admin: true }, codes: dropped },
      { path: "/c", as, codes: dropped, says: "replaces" },
      { path: "/d", as, claims: { plan: "pro" }, codes: dropped },
      { path: "/e", as, claims: { level: 3 }, codes: { v2: ["policies.claim-dropped"], v1: ["policies.hidden"] } },
      { path: "/f", as, claims: { regions: "eu" }, modes: ["v1"], codes: ["policies.error"], says: "from a scalar" },
      { path: "/g", as, modes: ["v2"], codes: ["policies.error"], says: "Leave the role's name out of the policy" },
      { path: "/g", as, modes: ["v1"], codes: ["ok.rows"] },
    ],
  },
  "helpers that run as their owner": {
    modes: ["v2"],
    sql: `create table members (team int, user_id text, primary key (team, user_id)); create table teams (id int primary key); ${rls("members", "teams")}
      create function my_teams() returns setof int language sql stable security definer as $$ select team from members where user_id = auth.uid() $$;
      create policy m on members for select to authenticated using (team in (select my_teams())); create policy t on teams for select to authenticated using (id in (select my_teams())); grant select on members, teams to authenticated;`,
    seed: `insert into members values (1, '${A}'); insert into teams values (1), (2)`,
    asks: [
      { path: "/teams", as, codes: ["policies.definer-owner"], says: "CREATE POLICY members_owner", mended: "fix" },
      { path: "/members", as, codes: ["ok.rows"] },
      { path: "/teams?id=eq.2", as, codes: ["policies.hidden"] },
    ],
  },
  "circles through a function": {
    sql: `create table m (team int, user_id text, primary key (team, user_id)); ${rls("m")} create function my() returns setof int language plpgsql stable as $$ begin return query select team from m where user_id = auth.uid(); end $$;
      create policy p on m for select to authenticated using (team in (select my())); grant select on m to authenticated;`,
    seed: `insert into m values (1, '${A}')`,
    asks: [
      {
        path: "/m",
        as,
        codes: ["policies.recursion"],
        says: "calls my(), which reads m as whoever calls it",
        mended: "alter policy p on m using (user_id = auth.uid())",
      },
    ],
  },
  circles: {
    sql: `create table x (id int primary key); create table y (id int primary key); ${rls("x", "y")} create policy px on x to authenticated using (exists (select 1 from y where y.id = x.id));
      create policy py on y to authenticated using (exists (select 1 from x where x.id = y.id)); grant select on x, y to authenticated;`,
    asks: [
      {
        path: "/x",
        as,
        codes: ["policies.recursion"],
        says: "lead back to x",
        mended: "alter policy py on y using (id > 0)",
        after: ["rows.none"],
      },
    ],
  },
  roles: {
    sql: `create table a (id int primary key, owner text); ${rls("a")} create policy p on a to anon using (owner = auth.uid());
      create table b (id int primary key, owner text); ${rls("b")} create policy p on b to public using (owner = auth.uid());
      create table c (id int primary key, owner text); ${rls("c")} create policy p on c using (current_user = 'authenticated' and owner = auth.uid()); grant select on a, b, c to authenticated, anon;`,
    seed: `insert into a values (1, '${A}'); insert into b values (1, '${A}'); insert into c values (1, '${A}')`,
    asks: [
      { path: "/a", as, codes: ["policies.other-role"], says: "TO anon", mended: "fix" },
      { path: "/b", as, codes: ["ok.rows"] },
      { path: "/b", as: "bob", codes: ["policies.hidden"] },
      { path: "/c", as, codes: { v1: ["ok.rows"], v2: ["policies.hidden"] } },
      { path: "/b", modes: ["v1"], codes: ["role.anonymous"], says: "no Authorization header" },
    ],
  },
};
