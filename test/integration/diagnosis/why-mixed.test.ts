/** Projects as people write them, with more than one thing going on; the mechanism has to be found, not the example. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TrapRequest } from "../../../src/diagnosis/traps/schema.ts";
import { type Bench, startBench } from "../../support/explain.ts";

const A = "user_2alice000000000000000000000";
const B = "user_2bob00000000000000000000000";
const ORG = "org_2acme0000000000000000000000";

interface Ask extends TrapRequest {
  /** The code, then those of what stands behind it. */
  readonly codes: readonly string[];
  /** In the title. */
  readonly says?: string;
}

interface Case {
  readonly sql: string;
  readonly seed?: string;
  readonly asks: readonly Ask[];
}

const rls = (...tables: string[]) => tables.map((table) => `alter table ${table} enable row level security;`).join("");

const cases: Record<string, Case> = {
  "two tables behind a policy, the second without policies": {
    sql: `create table companies (id int primary key); create table depts (id int, company int); create table staff (dept int, person text);
      ${rls("companies", "depts", "staff")}
      create policy c on companies for select to authenticated using (id in (
        select company from depts d where exists (select 1 from staff s where s.dept = d.id and s.person = auth.uid())));
      create policy d on depts for select to authenticated using (true);
      grant select on companies, depts, staff to authenticated;`,
    seed: `insert into companies values (1); insert into depts values (1, 1); insert into staff values (1, '${A}')`,
    asks: [
      { path: "/companies", as: "alice", codes: ["policies.subselect-hidden", "policies.no-policy"], says: "staff" },
    ],
  },
  "a missing GRANT in front of a dropped claim": {
    sql: `create table files (id int primary key, org text); ${rls("files")}
      create policy f on files to authenticated using (org = current_setting('request.jwt.claims', true)::jsonb ->> 'org_id');
      grant select on files to authenticated;`,
    seed: `insert into files values (1, '${ORG}')`,
    asks: [
      {
        method: "DELETE",
        path: "/files?id=eq.1",
        as: "alice",
        claims: { org_id: ORG },
        codes: ["grants.table", "policies.claim-dropped"],
      },
    ],
  },
  "the role that the token names": {
    sql: `create table logs (id int primary key, who text); ${rls("logs")}
      create policy l on logs for select using ((current_setting('request.jwt.claims', true)::json ->> 'role') = 'authenticated');
      grant select on logs to authenticated;`,
    seed: `insert into logs values (1, '${A}')`,
    asks: [{ path: "/logs", as: "alice", codes: ["policies.claim-dropped"], says: "role, which the gateway replaces" }],
  },
  "a restrictive policy on a claim, behind a permissive one": {
    sql: `create table p (id int primary key, owner text); ${rls("p")} create policy own on p using (owner = auth.uid());
      create policy mfa on p as restrictive using ((current_setting('request.jwt.claims', true)::json ->> 'aal') = 'aal2');
      grant select on p to authenticated;`,
    seed: `insert into p values (1, '${A}'), (2, '${B}')`,
    asks: [
      { path: "/p", as: "alice", claims: { aal: "aal2" }, codes: ["policies.claim-dropped"], says: '"mfa"' },
      { path: "/p", as: "alice", codes: ["policies.claim-missing"], says: "aal" },
      {
        path: "/p?id=eq.2",
        as: "alice",
        claims: { aal: "aal2" },
        codes: ["policies.hidden", "policies.claim-dropped"],
        says: "owner is",
      },
    ],
  },
  "a function that is given the whole row": {
    sql: `create table notes (id int primary key, owner text); ${rls("notes")}
      create function can_see(n notes) returns boolean language sql stable as 'select n.owner = auth.uid()';
      create policy p on notes for select using (can_see(notes)); grant select on notes to authenticated;`,
    seed: `insert into notes values (1, '${B}')`,
    asks: [{ path: "/notes", as: "alice", codes: ["policies.hidden"], says: "can_see(notes.*)" }],
  },
  "names that need quotes": {
    sql: `create table "Order Items" ("Id" int primary key, "Owner Id" text, "user" text); ${rls('"Order Items"')}
      create policy "My items!" on "Order Items" using ("Owner Id" = auth.uid()) with check ("Owner Id" = auth.uid());
      grant select, insert on "Order Items" to authenticated;`,
    seed: `insert into "Order Items" values (1, '${B}', 'x')`,
    asks: [
      { path: "/Order%20Items", as: "alice", codes: ["policies.hidden"], says: '"Owner Id" is' },
      {
        method: "POST",
        path: "/Order%20Items",
        as: "alice",
        body: { Id: 4, "Owner Id": "zz" },
        codes: ["policies.with-check"],
      },
      {
        method: "DELETE",
        path: "/Order%20Items?Id=eq.1",
        as: "alice",
        codes: ["grants.table", "policies.hidden-write"],
      },
    ],
  },
  "reserved names, enums, JSON": {
    sql: `create type mood as enum ('sad', 'ok'); create table "user" (id int primary key, "order" mood, meta jsonb); ${rls('"user"')}
      create policy p on "user" for select using ("order" = 'ok' and (meta ->> 'owner') = auth.uid()); grant select on "user" to authenticated;`,
    seed: `insert into "user" values (1, 'sad', '{"owner": "${A}"}'), (2, 'ok', '{"owner": "${B}"}')`,
    asks: [{ path: "/user", as: "alice", codes: ["policies.hidden"], says: `"order" is 'sad'` }],
  },
  partitions: {
    sql: `create table m (id int, at date, owner text, primary key (id, at)) partition by range (at);
      create table m1 partition of m for values from ('2026-01-01') to ('2027-01-01'); ${rls("m")}
      create policy p on m using (owner = auth.uid()); grant select, insert on m to authenticated;`,
    seed: `insert into m values (1, '2026-05-01', '${B}')`,
    asks: [
      { path: "/m", as: "alice", codes: ["policies.hidden"] },
      {
        method: "POST",
        path: "/m",
        as: "alice",
        body: { id: 2, at: "2026-06-01", owner: B },
        codes: ["policies.with-check"],
      },
    ],
  },
  "membership in WITH CHECK": {
    sql: `create table tm (team int, who text); create table tasks (id int primary key, team int); ${rls("tm", "tasks")}
      create policy tm on tm for select using (who = auth.uid()); create policy sel on tasks for select using (true);
      create policy ins on tasks for insert to authenticated with check (exists (select 1 from tm where tm.team = tasks.team and tm.who = auth.uid()));
      grant select, insert on tasks to authenticated; grant select on tm to authenticated;`,
    seed: `insert into tm values (1, '${A}')`,
    asks: [
      {
        method: "POST",
        path: "/tasks",
        as: "alice",
        body: { id: 1, team: 2 },
        codes: ["policies.with-check"],
        says: "0 rows",
      },
      { method: "POST", path: "/tasks", as: "alice", body: { id: 1, team: 1 }, codes: ["ok.written"] },
    ],
  },
  "a table in WITH CHECK that may not be read, and has no policies": {
    sql: `create table tm (team int, who text); create table tasks (id int primary key, team int); ${rls("tm", "tasks")}
      create policy ins on tasks for insert to authenticated with check (exists (select 1 from tm where tm.team = tasks.team and tm.who = auth.uid()));
      grant insert on tasks to authenticated; revoke all on tm from authenticated;`,
    seed: `insert into tm values (1, '${A}')`,
    asks: [
      {
        method: "POST",
        path: "/tasks",
        as: "alice",
        body: { id: 1, team: 1 },
        codes: ["grants.policy-table", "policies.subselect-hidden"],
      },
    ],
  },
  "a trigger that changes what was sent": {
    sql: `create table t (id int primary key, owner text); ${rls("t")}
      create policy o on t using (owner = auth.uid()) with check (owner = auth.uid()); grant select, insert on t to authenticated;
      create function sys() returns trigger language plpgsql as $$ begin new.owner := 'system'; return new; end $$;
      create trigger x before insert on t for each row execute function sys();`,
    asks: [
      {
        method: "POST",
        path: "/t",
        as: "alice",
        body: { id: 1, owner: A },
        codes: ["policies.with-check"],
        says: "owner is 'system'",
      },
    ],
  },
  "a view that writes as its owner, and one that does not": {
    sql: `create table items (id int primary key, owner text default auth.uid(), hidden boolean default false); ${rls("items")}
      create policy i on items to authenticated using (owner = auth.uid()) with check (owner = auth.uid() and not hidden);
      create view as_owner as select * from items; create view as_caller with (security_invoker) as select * from items;
      grant select, insert on items, as_owner, as_caller to authenticated;`,
    asks: [
      { method: "POST", path: "/as_owner", as: "alice", body: { id: 1 }, codes: ["policies.view-owner"] },
      {
        method: "POST",
        path: "/as_caller",
        as: "alice",
        body: { id: 1, hidden: true },
        codes: ["policies.with-check"],
        says: "hidden is true",
      },
      { method: "POST", path: "/as_caller", as: "alice", body: { id: 1 }, codes: ["ok.written"] },
    ],
  },
  "embeds two levels down, and through a junction": {
    sql: `create table a (id int primary key); create table b (id int primary key, a int references a); create table c (id int primary key, b int references b);
      create table people (id text primary key); create table groups_ (id int primary key);
      create table in_group (grp int references groups_, person text references people, primary key (grp, person));
      ${rls("a", "b", "c", "people", "groups_", "in_group")}
      create policy x on a using (true); create policy x on b using (true); create policy x on people using (true); create policy x on groups_ using (true);
      grant select on a, b, c, people, groups_, in_group to authenticated;`,
    seed: `insert into a values (1); insert into b values (1, 1); insert into c values (1, 1);
      insert into people values ('${A}'); insert into groups_ values (1); insert into in_group values (1, '${A}')`,
    asks: [
      {
        path: "/a?select=id,b!inner(id,c!inner(id))",
        as: "alice",
        codes: ["rows.inner-embed-hidden", "policies.no-policy"],
        says: "embed of c",
      },
      {
        path: "/a?select=id,b(id,c(id))",
        as: "alice",
        codes: ["rows.embed-hidden", "policies.no-policy"],
        says: "embed of c",
      },
      {
        path: "/groups_?select=id,people(id)",
        as: "alice",
        codes: ["rows.embed-hidden", "policies.no-policy"],
        says: "in_group",
      },
      { path: "/b?select=id,a(id)", as: "alice", codes: ["ok.rows"] },
    ],
  },
  "a DELETE whose filter reads": {
    sql: `create table t (id int primary key, owner text); ${rls("t")} create policy d on t for delete to authenticated using (owner = auth.uid());
      grant select, delete on t to authenticated;`,
    seed: `insert into t values (1, '${A}')`,
    asks: [
      {
        method: "DELETE",
        path: "/t?id=eq.1",
        as: "alice",
        codes: ["policies.other-command"],
        says: "no policy for SELECT",
      },
      { method: "DELETE", path: "/t", as: "alice", codes: ["ok.written"] },
    ],
  },
  "settings and headers": {
    sql: `create table a (id int primary key, tenant text); ${rls("a")}
      create policy x on a using (tenant = (current_setting('request.headers', true)::json ->> 'x-tenant')); grant select on a to authenticated;`,
    seed: "insert into a values (1, 't')",
    asks: [
      { path: "/a", as: "alice", codes: ["policies.hidden"], says: "is NULL" },
      { path: "/a", as: "alice", headers: { "X-Tenant": "t" }, codes: ["ok.rows"] },
    ],
  },
  "a helper that returns the claims": {
    sql: `create function jwt() returns jsonb language sql stable as $$ select current_setting('request.jwt.claims', true)::jsonb $$;
      create table a (id int primary key, org text); ${rls("a")} create policy x on a using (org = jwt() ->> 'org_id'); grant select on a to authenticated;`,
    seed: `insert into a values (1, '${ORG}')`,
    asks: [{ path: "/a", as: "alice", claims: { org_id: ORG }, codes: ["policies.claim-dropped"], says: "org_id" }],
  },
  "functions that count or find nothing": {
    sql: `create table secrets (id int primary key, v text); ${rls("secrets")} create policy s on secrets using (false); grant select on secrets to authenticated;
      create function get_secret() returns text language sql stable as 'select v from secrets limit 1';
      create function how_many() returns bigint language sql stable as 'select count(*) from secrets';`,
    seed: "insert into secrets values (1, 'x')",
    asks: [
      { path: "/rpc/get_secret", as: "alice", codes: ["policies.hidden"], says: "secrets" },
      { path: "/rpc/how_many", as: "alice", codes: ["ok.called"] },
    ],
  },
  "a list of rows, one of which is somebody else's": {
    sql: `create table a (id int primary key, o text default auth.uid(), v int); ${rls("a")}
      create policy x on a using (o = auth.uid()) with check (o = auth.uid()); grant select, insert, update on a to authenticated;`,
    seed: `insert into a values (1, '${A}', 1), (2, '${B}', 1)`,
    asks: [
      {
        method: "POST",
        path: "/a",
        as: "alice",
        body: [
          { id: 1, v: 5 },
          { id: 2, v: 6 },
        ],
        headers: { Prefer: "resolution=merge-duplicates" },
        codes: ["policies.upsert"],
        says: "(bob)",
      },
      { method: "PUT", path: "/a?id=eq.2", as: "alice", body: { id: 2, v: 3 }, codes: ["policies.upsert"] },
      {
        method: "POST",
        path: "/a",
        as: "alice",
        body: [{ id: 2, v: 6 }],
        headers: { Prefer: "resolution=ignore-duplicates" },
        codes: ["ok.written"],
      },
    ],
  },
};

describe("v2", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench("v2");
  });
  afterAll(() => bench.close());

  it.each(Object.entries(cases))("%s", async (_, { asks, ...scenario }) => {
    await bench.become(scenario);
    for (const { codes, says = "", ...request } of asks) {
      const found = await bench.why(request);
      expect(found.codes, request.path).toEqual(codes);
      expect(found.diagnosis.title).toContain(says);
    }
  });

  it("says where values that are NULL should have come from, and how nearly equal ones differ", async () => {
    await bench.become({
      sql: `create table a (id int primary key, tenant text); ${rls("a")}
        create policy x on a using (tenant = current_setting('app.tenant', true)); grant select on a to authenticated;
        create table b (id int primary key, who text); ${rls("b")} create policy x on b using (who = auth.uid()); grant select on b to authenticated;`,
      seed: `insert into a values (1, 't'); insert into b values (1, '${A} ')`,
    });
    const unset = await bench.why({ path: "/a", as: "alice" });
    expect(unset.diagnosis.because.join()).toContain("Nothing set app.tenant during the request");
    const blank = await bench.why({ path: "/b", as: "alice" });
    expect(blank.diagnosis.because.join()).toContain("differ in blanks at the ends only");
  });
});
