import { A, B, definer, ownerSees, rls, type Scenarios } from "./scenario.ts";

const as = "alice";
const post = (path: string, body: unknown, who = as) => ({ method: "POST", path, body, as: who });
const patch = (path: string, body: unknown, who = as) => ({ method: "PATCH", path, body, as: who });

/** Many policies on one table: which of them decides, what else is wanted, and what each of the others says. */
export const desks: Scenarios = {
  "tickets with a policy for every command": {
    sql: `create table tickets (id int primary key, owner text default auth.uid(), assignee text, status text default 'open'); ${rls("tickets")}
      create policy s on tickets for select to authenticated using (owner = auth.uid() or assignee = auth.uid()); create policy i on tickets for insert to authenticated with check (owner = auth.uid() and status = 'open');
      create policy a_check on tickets for update to authenticated with check (status <> 'closed'); create policy b_use on tickets for update to authenticated using (assignee = auth.uid());
      create policy guard on tickets as restrictive for update to authenticated using (status <> 'locked'); create policy d on tickets for delete to authenticated using (owner = auth.uid() and status = 'closed'); grant select, insert, update, delete on tickets to authenticated;`,
    seed: `insert into tickets values (1, '${A}', '${B}', 'open'), (2, '${B}', '${A}', 'open')`,
    asks: [
      {
        ...patch("/tickets?id=eq.1", { status: "x" }),
        codes: ["policies.hidden-write"],
        says: 'Policy \\"a_check\\" has no USING',
      },
      {
        ...patch("/tickets?id=eq.2", { assignee: B }),
        codes: ["policies.returning"],
        says: "Leave assignee as it is, or add a SELECT policy",
        mended: "create policy s2 on tickets for select to authenticated using (owner <> auth.uid())",
      },
      {
        ...patch("/tickets?id=eq.2", { status: "locked" }, "bob"),
        before: `update tickets set assignee = '${B}' where id = 2`,
        codes: ["policies.using-as-check"],
        says: "Leave status as it is, or give the policy a WITH CHECK of its own",
        mended: "fix",
      },
      {
        ...post("/tickets", { id: 9, status: "closed" }),
        codes: ["policies.with-check"],
        says: "Send status = 'open'.",
      },
      {
        ...{ method: "DELETE", path: "/tickets", as: "carol" },
        codes: ["policies.hidden-write"],
        says: "also wants status = 'closed'",
      },
    ],
  },
  "what is for somebody else": {
    modes: ["v1"],
    sql: `create table posts (id int primary key, owner text); create table likes (post int, who text default auth.uid(), primary key (post, who)); create schema if not exists private; create table private.codes (code text); create table gated (id int primary key, code text); ${rls("posts", "likes", "private.codes", "gated")}
      create policy p on posts for select to anon using (true); create policy i on likes for insert to authenticated with check (who = auth.uid()); create policy s on likes for select to authenticated using (who = auth.uid());
      create function private.ok(c text) returns boolean language sql stable as $$ select exists (select 1 from private.codes where code = c) $$; create policy g on gated to authenticated using (private.ok(code)); grant usage on schema private to authenticated;
      grant select on posts to anon, authenticated; grant select, insert, update on likes to authenticated;`,
    seed: `insert into posts values (1, '${B}'); insert into likes values (1, '${A}'); insert into private.codes values ('c'); insert into gated values (1, 'c')`,
    asks: [
      { path: "/posts", as, codes: ["policies.other-role"], says: "TO anon, authenticated", mended: "fix" },
      { path: "/posts", key: "anon", codes: ["ok.rows"] },
      {
        ...post("/likes", { post: 1, who: A }),
        headers: { Prefer: "resolution=merge-duplicates" },
        codes: ["policies.upsert"],
        says: "USING (who = auth.uid()) WITH CHECK (who = auth.uid())",
        mended: "fix",
      },
      {
        path: "/gated",
        as,
        codes: ["grants.function-body", "policies.subselect-hidden", "policies.no-policy"],
        says: "if users are not to read codes themselves, make ok() SECURITY DEFINER",
        mended: "alter function private.ok(text) security definer",
      },
    ],
  },
  "queries of policies that count, compare rows and meet NULL": {
    modes: ["v2"],
    sql: `create table bans (room int); create table m (room int, who text, lvl int); ${["a", "b", "c"].map((one) => `create table ${one} (id int primary key, room int); ${rls(one)} grant select on ${one} to authenticated;`).join(" ")} grant select on bans, m to authenticated;
      create policy p on a to authenticated using (room not in (select room from bans)); create policy p on b to authenticated using ((select count(*) from m where m.room = b.room and m.who = auth.uid() and m.lvl >= 3) > 0); create policy p on c to authenticated using ((room, auth.uid()) in (select room, who from m where lvl > 1));`,
    seed: `insert into bans values (null), (2); insert into m values (1, '${A}', 1); insert into a values (1, 1); insert into b values (1, 1); insert into c values (1, 1)`,
    asks: [
      {
        path: "/a",
        as,
        codes: ["policies.hidden"],
        says: "Write NOT EXISTS in place of NOT IN",
        mended: "alter policy p on a using (room not in (select room from bans where room is not null))",
      },
      {
        path: "/b",
        as,
        codes: ["policies.hidden"],
        says: "1 row of m meets all of it but m.lvl >= 3: there m.lvl is 1",
      },
      {
        path: "/c",
        as,
        codes: ["policies.hidden"],
        says: "1 row of m meets all of it but m.lvl > 1: there m.lvl is 1",
      },
    ],
  },
  "documents under permissive and restrictive policies": {
    sql: `create table orgs (id text primary key, suspended boolean); create table mem (org text, who text, role text); create table docs (id int primary key, org text, owner text, visibility text, archived boolean, region text); ${rls("orgs", "mem", "docs")} ${ownerSees("orgs", "mem")}
      create function is_member(o text) returns boolean language sql ${definer} as $$ select exists (select 1 from mem where org = o and who = auth.uid()) $$; create function org_active(o text) returns boolean language sql ${definer} as $$ select not suspended from orgs where id = o $$;
      create policy m on mem for select to authenticated using (who = auth.uid()); create policy b_org on docs for select to authenticated using (visibility = 'org' and is_member(org)); create policy c_owner on docs to authenticated using (owner = auth.uid()); create policy d_pub on docs for select using (visibility = 'public');
      create policy r_active on docs as restrictive to authenticated using (org_active(org)); create policy r_arch on docs as restrictive for select to authenticated using (not archived or exists (select 1 from mem where mem.org = docs.org and mem.who = auth.uid() and mem.role = 'admin'));
      create policy r_region on docs as restrictive for insert to authenticated with check (region in ('eu', 'us')); grant select on mem to authenticated; grant select, insert on docs to authenticated;`,
    seed: `insert into orgs values ('o1', false), ('o2', true); insert into mem values ('o1', '${A}', 'viewer'); insert into docs values (1, 'o1', '${B}', 'private', false, 'eu'), (2, 'o1', '${B}', 'org', true, 'eu'), (3, 'o2', '${A}', 'org', false, 'eu'), (4, 'o9', '${B}', 'public', false, 'eu'), (5, 'o3', '${B}', 'org', false, 'eu')`,
    asks: [
      { path: "/docs?id=eq.1", as, codes: ["policies.hidden"], says: 'policy \\"c_owner\\" wants owner = auth.uid()' },
      { path: "/docs?id=eq.2", as, codes: ["policies.hidden"], says: "Nor is NOT archived true" },
      { path: "/docs?id=eq.2", as, codes: ["policies.hidden"], says: "1 row of mem meets all of it but mem.role" },
      {
        path: "/docs?id=eq.3",
        as,
        codes: ["policies.hidden"],
        says: "1 row of orgs meets all of it but not suspended: there suspended is true",
      },
      { path: "/docs?id=eq.4", as, codes: ["policies.hidden"], says: "no row of orgs meets id = o: o is 'o9'" },
      {
        path: "/docs?id=eq.5",
        as,
        codes: ["policies.hidden"],
        says: 'Policy \\"r_active\\" also calls org_active(org), which wants',
      },
      {
        ...post("/docs", { id: 9, org: "o1", owner: B, region: "cn" }),
        codes: ["policies.with-check"],
        says: "That alone is not enough",
        mended: { body: { id: 9, org: "o1", owner: A, region: "us" } },
      },
    ],
  },
};
