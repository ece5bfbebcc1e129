import { A, B, returning, rls, type Scenarios, single } from "./scenario.ts";

const as = "alice";
const post = { method: "POST", as } as const;
const patch = { method: "PATCH", as } as const;
const member = (more = "") =>
  `exists (select 1 from memberships m where m.org_id = projects.org_id and m.user_id = (select auth.uid())${more})`;

/** Rows that belong to organisations, rooms and roles rather than to a user: what a policy looks up elsewhere decides. */
export const tenants: Scenarios = {
  "organisations and their members": {
    modes: ["v2"],
    sql: `create table orgs (id bigint primary key, slug text unique not null);
      create table memberships (org_id bigint references orgs, user_id text not null default auth.uid(), role text not null, primary key (org_id, user_id));
      create table projects (id bigint generated always as identity primary key, org_id bigint not null references orgs, name text not null, deleted_at timestamptz); ${rls("orgs", "memberships", "projects")}
      create policy own on memberships for select to authenticated using (user_id = (select auth.uid()));
      create policy seen on orgs for select to authenticated using (exists (select 1 from memberships m where m.org_id = orgs.id and m.user_id = (select auth.uid())));
      create policy seen on projects for select to authenticated using (deleted_at is null and ${member()});
      create policy made on projects for insert to authenticated with check (${member(" and m.role in ('owner', 'admin')")});
      create policy changed on projects for update to authenticated using (${member(" and m.role in ('owner', 'admin')")});
      grant select, insert, update, delete on orgs, memberships, projects to authenticated;`,
    seed: `insert into orgs values (1, 'acme'), (2, 'beta'); insert into memberships values (1, '${A}', 'member'), (2, '${B}', 'owner');
      insert into projects (org_id, name, deleted_at) values (1, 'P1', null), (2, 'P2', null), (1, 'P3', now())`,
    asks: [
      { path: "/projects?id=eq.1", as, codes: ["ok.rows"] },
      {
        path: "/projects?id=eq.2",
        as,
        codes: ["policies.hidden"],
        says: "all of it but m.org_id = projects.org_id: there m.org_id is 1 and projects.org_id is 2",
        mended: { as: "bob" },
      },
      { path: "/projects?id=eq.3", as, codes: ["policies.hidden"], says: "wants deleted_at IS NULL" },
      {
        ...post,
        path: "/projects",
        body: { org_id: 1, name: "x" },
        codes: ["policies.with-check"],
        says: "there m.role is 'member'",
        mended: { as: "bob", body: { org_id: 2, name: "x" } },
      },
      {
        ...post,
        path: "/projects",
        body: { org_id: 99, name: "x" },
        codes: ["policies.with-check"],
        says: "No row of memberships that this role sees meets m.org_id = projects.org_id",
      },
      {
        ...patch,
        path: "/projects?id=eq.1",
        body: { name: "y" },
        codes: ["policies.hidden-write"],
        says: "there m.role is 'member'",
      },
      { method: "DELETE", path: "/projects?id=eq.1", as, codes: ["policies.other-command"] },
      {
        method: "PATCH",
        as: "bob",
        path: "/projects?id=eq.2",
        body: { deleted_at: "2026-01-01" },
        codes: ["policies.returning"],
        says: "USING (EXISTS ( SELECT 1 FROM memberships m",
        mended: "fix",
      },
      {
        path: "/projects?select=id,orgs!inner(slug)&orgs.slug=eq.beta",
        as,
        codes: ["policies.hidden", "policies.hidden"],
      },
    ],
  },
  "rooms and who is in them": {
    modes: ["v2"],
    sql: `create table rooms (id int primary key); create table participants (room_id int references rooms, user_id text, left_at timestamptz, primary key (room_id, user_id));
      create table messages (id bigint generated always as identity primary key, room_id int not null references rooms, sender text not null default auth.uid(), created_at timestamptz default now()); ${rls("rooms", "participants", "messages")}
      create policy p on participants for select to authenticated using (user_id = (select auth.uid()) and left_at is null);
      create policy r on rooms for select to authenticated using (id in (select room_id from participants));
      create policy m on messages for select to authenticated using (room_id in (select room_id from participants));
      create policy i on messages for insert to authenticated with check (sender = (select auth.uid()) and room_id in (select room_id from participants));
      create policy d on messages for delete to authenticated using (created_at > now() - interval '5 minutes');
      create policy u on messages for update to authenticated using (sender = (select auth.uid())) with check (created_at > now() - interval '5 minutes');
      grant select, insert, update, delete on rooms, participants, messages to authenticated;`,
    seed: `insert into rooms values (1), (2), (3); insert into participants values (1, '${A}', null), (2, '${A}', now()), (2, '${B}', null);
      insert into messages (room_id, sender, created_at) values (1, '${A}', now() - interval '1 day'), (2, '${B}', now())`,
    asks: [
      {
        path: "/messages?room_id=eq.2",
        as,
        codes: ["policies.hidden"],
        says: `the row of participants that it looks for: policy \\"p\\" wants left_at IS NULL`,
        mended: { as: "bob" },
      },
      {
        ...post,
        path: "/messages",
        body: { room_id: 2 },
        codes: ["policies.with-check"],
        says: "widen the policies of participants",
        mended: { body: { room_id: 1 } },
      },
      { path: "/rooms?id=eq.3", as, ...single, codes: ["policies.hidden"], says: "the sub-select gives 1" },
      {
        method: "DELETE",
        path: "/messages?id=eq.1",
        as,
        codes: ["policies.hidden-write"],
        says: "now() - '00:05:00'::interval is",
      },
      { ...patch, path: "/messages?id=eq.1", body: { room_id: 1 }, codes: ["policies.with-check"], says: "created_at" },
      {
        ...post,
        path: "/messages",
        body: { room_id: 1, sender: null },
        codes: ["policies.with-check"],
        says: "leave it out",
        mended: { body: { room_id: 1 } },
      },
    ],
  },
  "roles of one's own": {
    modes: ["v2"],
    sql: `create type app_role as enum ('viewer', 'editor', 'admin'); create table user_roles (user_id text primary key, role app_role not null);
      create table articles (id int generated by default as identity primary key, author text default auth.uid(), status text not null default 'draft'); ${rls("user_roles", "articles")}
      create policy self on user_roles for select to authenticated using (user_id = (select auth.uid()));
      create function my_role() returns app_role language sql stable as $$ select role from user_roles where user_id = auth.uid() $$;
      create policy read on articles for select to authenticated using (status = 'published' or (select my_role()) >= 'editor');
      create policy edit on articles for update to authenticated using ((select my_role()) = 'admin' or (author = (select auth.uid()) and status = 'draft')) with check ((select my_role()) = 'admin' or status <> 'published');
      grant select on user_roles to authenticated; grant select, update on articles to authenticated;`,
    seed: `insert into user_roles values ('${A}', 'viewer'), ('${B}', 'editor'); insert into articles (author, status) values ('${A}', 'draft'), ('${B}', 'published')`,
    asks: [
      { path: "/articles?status=eq.draft", as, codes: ["policies.hidden"], says: "my_role() is 'viewer'" },
      { path: "/articles?status=eq.draft", as: "carol", codes: ["policies.hidden"], says: "my_role() is NULL" },
      { path: "/articles?status=eq.draft", as: "bob", codes: ["ok.rows"] },
      {
        method: "PATCH",
        as: "bob",
        path: "/articles?id=eq.2",
        body: { status: "draft" },
        codes: ["policies.hidden-write"],
        says: "Nor is status = 'draft' true",
      },
    ],
  },
  "bills that are closed": {
    modes: ["v2"],
    sql: `create table bills (id int primary key, owner text, amount numeric, locked boolean); ${rls("bills")} create policy own on bills to authenticated using (owner = auth.uid());
      create policy open on bills as restrictive for update to authenticated using (not locked) with check (amount >= 0);
      create policy mfa on bills as restrictive for delete to authenticated using ((current_setting('request.jwt.claims', true)::jsonb ->> 'aal') = 'aal2');
      grant select, update, delete on bills to authenticated;`,
    seed: `insert into bills values (1, '${A}', 10, false), (2, '${A}', 20, true), (3, '${A}', 30, null)`,
    asks: [
      {
        ...patch,
        path: "/bills?id=eq.2",
        body: { amount: 1 },
        codes: ["policies.hidden-write"],
        says: "locked is true",
      },
      {
        ...patch,
        path: "/bills?id=eq.3",
        body: { amount: 1 },
        codes: ["policies.hidden-write"],
        says: "wants NOT locked, and locked is NULL",
      },
      {
        ...patch,
        path: "/bills?id=eq.1",
        body: { amount: -5 },
        codes: ["policies.with-check"],
        says: "amount is -5",
        mended: { body: { amount: 5 } },
      },
      {
        ...patch,
        path: "/bills?id=eq.1",
        body: { owner: B },
        codes: ["policies.using-as-check"],
        says: "no WITH CHECK",
      },
      { method: "DELETE", path: "/bills?id=eq.1", as, codes: ["policies.claim-missing"] },
      { method: "DELETE", path: "/bills?id=eq.1", as, claims: { aal: "aal1" }, codes: ["policies.claim-dropped"] },
      {
        ...patch,
        path: "/bills?id=in.(1,2,3)",
        body: { amount: 2 },
        ...returning,
        codes: ["ok.written"],
        says: "Row security keeps 2 more rows that match from the UPDATE",
      },
    ],
  },
};
