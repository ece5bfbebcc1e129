import { A, B, definer, ORG, ownerSees, returning, rls, type Scenarios } from "./scenario.ts";

const C = "user_2carol000000000000000000000";
const as = "alice";
const jwt = "current_setting('request.jwt.claims', true)::jsonb";
const post = (path: string, body: unknown, who = as) => ({ method: "POST", path, body, as: who });
const patch = (path: string, body: unknown, who = as) => ({ method: "PATCH", path, body, as: who });

/** Projects as people have them, where several causes meet. */
export const apps: Scenarios = {
  "organisations with invitations": {
    sql: `create type member_role as enum ('owner', 'admin', 'member', 'guest'); create table orgs (id int generated always as identity primary key, name text, created_by text not null default auth.uid());
      create table memberships (org_id int references orgs, user_id text, role member_role not null, primary key (org_id, user_id));
      create table invitations (id int generated always as identity primary key, org_id int references orgs, email text, role member_role, expires_at timestamptz not null default now() + interval '7 days'); ${rls("orgs", "memberships", "invitations")} ${ownerSees("memberships")}
      create function role_in(o int) returns member_role language sql ${definer} as $$ select role from memberships where org_id = o and user_id = auth.uid() $$;
      create function invited(o int, r member_role) returns boolean language sql stable as $$ select exists (select 1 from invitations i where i.org_id = o and i.role = r and lower(i.email) = lower(${jwt} ->> 'email') and i.expires_at > now()) $$;
      create policy s on orgs for select to authenticated using (role_in(id) is not null); create policy i on orgs for insert to authenticated with check (created_by = auth.uid());
      create policy s on memberships for select to authenticated using (role_in(org_id) is not null); create policy i on memberships for insert to authenticated with check (user_id = auth.uid() and invited(org_id, role));
      create policy u on memberships for update to authenticated using (role_in(org_id) >= 'admin');
      create policy s on invitations for select to authenticated using (lower(email) = lower(${jwt} ->> 'email') or role_in(org_id) in ('owner', 'admin')); create policy i on invitations for insert to authenticated with check (role_in(org_id) in ('owner', 'admin') and role <> 'owner');
      grant select, insert, update on orgs, memberships, invitations to authenticated;`,
    seed: `insert into orgs (name, created_by) values ('acme', '${B}'), ('other', '${C}'); insert into memberships values (1, '${B}', 'owner'), (1, '${A}', 'guest'), (2, '${C}', 'owner');
      insert into invitations (org_id, email, role, expires_at) values (2, 'Alice@example.com', 'member', now() - interval '1 day'), (2, 'bob@example.com', 'admin', now() + interval '1 day')`,
    asks: [
      { ...post("/orgs", { name: "mine" }), ...returning, codes: ["policies.returning"], mended: { headers: {} } },
      {
        ...post("/memberships", { org_id: 2, user_id: A, role: "member" }),
        codes: ["policies.with-check"],
        says: "1 row of invitations meets all of it but i.expires_at > now()",
      },
      {
        ...post("/memberships", { org_id: 2, user_id: B, role: "member" }, "bob"),
        codes: ["policies.with-check"],
        says: "there i.role is 'admin' and r is 'member'",
        mended: { body: { org_id: 2, user_id: B, role: "admin" } },
      },
      {
        ...patch("/memberships?org_id=eq.1&role=eq.guest", { role: "member" }, "bob"),
        codes: ["policies.hidden-write"],
        says: "The type member_role is an enum, in the order 'owner', 'admin', 'member' and 'guest'",
        mended: "alter policy u on memberships using (role_in(org_id) <= 'admin')",
      },
      {
        ...post("/invitations", { org_id: 1, email: "x", role: "member" }),
        codes: ["policies.with-check"],
        says: "Send another org_id, add or change what role_in(org_id) looks up or widen",
      },
      {
        ...post("/invitations", { org_id: 1, email: "x", role: "owner" }, "bob"),
        codes: ["policies.with-check"],
        says: "Send another role or widen",
        mended: { body: { org_id: 1, email: "x", role: "admin" } },
      },
    ],
  },
  "claims of an organisation": {
    sql: `create table projects (id int primary key, org_id text); create table secrets (id int primary key, project_id int); create table flags (id int primary key, need text); ${rls("projects", "secrets", "flags")}
      create function has_permission(p text) returns boolean language sql stable as $$ select coalesce(${jwt} -> 'org_permissions' ? p, false) $$;
      create policy s on projects for select to authenticated using (org_id = (${jwt} ->> 'org_id')); create policy i on projects for insert to authenticated with check (${jwt} ->> 'org_role' = 'org:admin');
      create policy s on secrets for select to authenticated using (has_permission('read') and exists (select 1 from projects p where p.id = secrets.project_id));
      create policy s on flags for select to authenticated using (need in (select jsonb_array_elements_text(${jwt} -> 'org_permissions'))); grant select, insert on projects, secrets, flags to authenticated;`,
    seed: `insert into projects values (1, '${ORG}'), (2, 'org_x'); insert into secrets values (1, 1), (2, 2); insert into flags values (1, 'a')`,
    asks: [
      {
        ...post("/projects", { id: 5, org_id: ORG }),
        claims: { org_role: "org:member" },
        codes: { v2: ["policies.claim-dropped"], v1: ["policies.with-check"] },
      },
      {
        ...post("/projects", { id: 5, org_id: ORG }),
        claims: { org_role: "org:member" },
        modes: ["v1"],
        codes: ["policies.with-check"],
        says: "No row would do, because this asks about the request",
        mended: { claims: { org_role: "org:admin" } },
      },
      {
        path: "/secrets?id=eq.2",
        as,
        claims: { org_id: ORG, org_permissions: ["read"] },
        modes: ["v1"],
        codes: ["policies.hidden"],
        says: 'hides the row of projects that it looks for: policy \\"s\\" wants org_id',
      },
      {
        path: "/secrets?id=eq.1",
        as,
        claims: { org_id: ORG, org_permissions: ["write"] },
        codes: { v2: ["policies.claim-dropped"], v1: ["policies.hidden"] },
      },
      {
        path: "/flags",
        as,
        claims: { org_permissions: "a" },
        codes: { v2: ["policies.claim-dropped"], v1: ["policies.error"] },
        mended: { claims: { org_permissions: ["a"] } },
        after: ["policies.claim-dropped"],
        modes: ["v2"],
      },
      {
        path: "/flags",
        as,
        claims: { org_permissions: "a" },
        modes: ["v1"],
        codes: ["policies.error"],
        says: "SQL saw org_permissions = 'a'",
        mended: { claims: { org_permissions: ["a"] } },
      },
    ],
  },
  "posts that are deleted softly, and their comments": {
    sql: `create table posts (id int primary key, author text default auth.uid(), status text default 'draft', deleted_at timestamptz); create table comments (id int primary key, post_id int references posts, author text default auth.uid()); ${rls("posts", "comments")}
      create policy live on posts as restrictive to authenticated using (deleted_at is null); create policy pub on posts for select to authenticated using (status = 'published'); create policy own on posts to authenticated using (author = auth.uid());
      create policy s on comments for select to authenticated using (exists (select 1 from posts where posts.id = comments.post_id)); create policy i on comments for insert to authenticated with check (author = auth.uid() and exists (select 1 from posts p where p.id = comments.post_id and p.status = 'published'));
      grant select, insert, update, delete on posts, comments to authenticated;`,
    seed: `insert into posts values (1, '${A}', 'draft'), (2, '${B}', 'draft'), (3, '${B}', 'published')`,
    asks: [
      {
        ...patch("/posts?id=eq.1", { deleted_at: "2026-01-01" }),
        codes: ["policies.using-as-check"],
        says: "a SELECT policy has to show the row as it is then",
        mended: "alter policy live on posts using (deleted_at is null or author = auth.uid()) with check (true)",
      },
      {
        ...post("/comments", { id: 1, post_id: 2 }),
        codes: ["policies.with-check"],
        says: "and it would not do either: p.status = 'published' is not true of it (p.status is 'draft')",
        mended: { body: { id: 1, post_id: 3 } },
      },
      {
        ...post("/comments", { id: 1, post_id: 1 }),
        codes: ["policies.with-check"],
        says: "1 row of posts meets all of it but p.status = 'published'",
      },
      {
        ...post("/comments", { id: 1, post_id: 99 }),
        codes: ["policies.with-check"],
        says: "No row of posts meets p.id = comments.post_id: comments.post_id is 99.",
      },
    ],
  },
};
