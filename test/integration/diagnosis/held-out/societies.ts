import { A, B, merging, rls, type Scenarios } from "./scenario.ts";

const as = "alice";
const post = (path: string, body: unknown) => ({ method: "POST", path, body, as });
const patch = (path: string, body: unknown) => ({ method: "PATCH", path, body, as });
const all = "grant select, insert, update, delete on";

/** Policies that say too little, and what societies, teams and shops have besides owners. */
export const societies: Scenarios = {
  "policies without their expression": {
    sql: `create table clubs (id int primary key, owner text default auth.uid()); create table halls (id int primary key, name text); create table keys (id int primary key, owner text default auth.uid());
      create policy c on clubs to authenticated with check (owner = auth.uid()); create policy h on halls for select to authenticated using (true); create policy hi on halls for insert to authenticated;
      create policy k on keys for select to authenticated using (owner = auth.uid()); create policy ku on keys for update to authenticated with check (owner = auth.uid()); ${rls("clubs", "halls", "keys")} ${all} clubs, halls, keys to authenticated;`,
    seed: `insert into clubs values (1, '${A}'); insert into halls values (1, 'x'); insert into keys values (1, '${A}')`,
    asks: [
      {
        path: "/clubs",
        as,
        codes: ["policies.no-expression"],
        says: "ALTER POLICY c ON clubs USING (owner = auth.uid());",
        mended: "fix",
      },
      { ...post("/halls", { id: 2 }), codes: ["policies.no-expression"], says: "has no WITH CHECK", mended: "fix" },
      {
        ...patch("/keys?id=eq.1", { id: 3 }),
        codes: ["policies.no-expression"],
        says: "does not stand in for USING",
        mended: "fix",
      },
    ],
  },
  "an organisation in metadata, by subscript": {
    sql: `create table docs (id int primary key, org text); create function my_org() returns text language plpgsql stable as $$ begin return (current_setting('request.jwt.claims', true)::jsonb)['app_metadata']['org_id'] #>> '{}'; end $$;
      create table notes (id int primary key, org text); create table invites (id int primary key, email text, expires timestamptz not null default now() + interval '1 day');
      create policy d on docs to authenticated using (to_jsonb(org) = (current_setting('request.jwt.claims', true)::jsonb -> 'app_metadata')['org_id']); create policy n on notes to authenticated using (org = my_org());
      create policy i on invites for select to authenticated using (email = current_setting('request.jwt.claims', true)::json ->> 'email' and expires > now());
      create policy iu on invites for update to authenticated using (email = current_setting('request.jwt.claims', true)::json ->> 'email'); ${rls("docs", "notes", "invites")} ${all} docs, notes, invites to authenticated;`,
    seed: `insert into docs values (1, 'o1'); insert into notes values (1, 'o1'); insert into invites values (1, 'alice@example.com', now() - interval '1 day'), (2, 'other@example.com', now() + interval '1 day')`,
    asks: [
      {
        path: "/docs",
        as,
        claims: { app_metadata: { org_id: "o1" } },
        codes: { v1: ["ok.rows"], v2: ["policies.claim-dropped"] },
        says: "app_metadata",
      },
      {
        path: "/docs",
        as,
        claims: { app_metadata: { org_id: "o2" } },
        modes: ["v1"],
        codes: ["policies.hidden"],
        says: "o2",
      },
      { path: "/docs", as, modes: ["v1"], codes: ["policies.claim-missing"], says: "app_metadata" },
      {
        path: "/notes",
        as,
        claims: { app_metadata: { org_id: "o1" } },
        codes: { v1: ["ok.rows"], v2: ["policies.claim-dropped"] },
        says: "app_metadata",
      },
      { path: "/notes", as, modes: ["v1"], codes: ["policies.claim-missing"], says: "app_metadata" },
      {
        path: "/invites?id=eq.1",
        as,
        claims: { email: "alice@example.com" },
        codes: ["policies.hidden"],
        says: "now()",
      },
      {
        path: "/invites?id=eq.2",
        as,
        claims: { email: "alice@example.com" },
        codes: ["policies.hidden"],
        says: "alice@example.com",
      },
      {
        ...patch("/invites?id=eq.1", { expires: "2035-01-01" }),
        claims: { email: "alice@example.com" },
        codes: ["policies.hidden-write"],
        says: "now()",
      },
    ],
  },
  "a soft delete": {
    sql: `create table tasks (id int primary key, owner text default auth.uid(), title text, deleted_at timestamptz, search tsvector generated always as (to_tsvector('simple', coalesce(title, ''))) stored);
      create table log (id bigint generated always as identity primary key, task int not null, who text); create function audit() returns trigger language plpgsql as $$ begin insert into log (task, who) values (new.id, auth.uid()); return new; end $$; create trigger au after update on tasks for each row execute function audit();
      create policy t on tasks to authenticated using (owner = auth.uid() and deleted_at is null) with check (owner = auth.uid()); ${rls("tasks", "log")} ${all} tasks to authenticated; grant select on log to authenticated;`,
    seed: `insert into tasks values (1, '${A}', 'buy milk', null), (2, '${A}', 'gone', now()), (3, '${B}', 'hers', null)`,
    asks: [
      { path: "/tasks?id=eq.2", as, codes: ["policies.hidden"], says: "deleted_at IS NULL" },
      {
        ...patch("/tasks?id=eq.1", { deleted_at: "2026-01-01" }),
        modes: ["v2"],
        codes: ["policies.returning"],
        says: "permission denied for table log",
      },
      {
        ...patch("/tasks?id=eq.1", { deleted_at: "2026-01-01" }),
        before: "alter table tasks disable trigger au",
        codes: ["policies.returning"],
        says: "deleted_at",
      },
      { ...patch("/tasks?id=eq.1", { search: "x" }), codes: ["sql.error"], says: "Leave" },
      { path: "/tasks?search=fts(nolang).milk", as, codes: ["sql.error"], says: "nolang" },
      { path: "/tasks?search=fts(simple).gone", as, codes: ["policies.hidden"], says: "deleted_at" },
      {
        ...post("/tasks?on_conflict=id", { id: 2, title: "again" }),
        ...merging,
        codes: ["policies.upsert"],
        says: "deleted_at",
      },
      {
        ...post("/tasks?on_conflict=title", { id: 9, title: "again" }),
        ...merging,
        codes: ["sql.error"],
        says: "title",
      },
      { ...post("/log", { id: 4, task: 1 }), codes: ["sql.error"], says: "Leave the column out" },
      {
        ...post("/tasks", { id: 2, deleted_at: "2026-01-01" }),
        headers: { Prefer: "resolution=ignore-duplicates" },
        codes: ["policies.returning"],
        says: "deleted_at",
      },
      { ...post("/tasks", { id: 3 }), codes: ["sql.unique-hidden"] },
    ],
  },
  "a network": {
    sql: `create table people (uid text primary key, private boolean not null default false); create table follows (follower text not null default auth.uid() references people, followee text not null references people, primary key (follower, followee), check (follower <> followee)); create table posts (id int primary key, author text not null default auth.uid(), body text, visible_from timestamptz not null default now());
      create table roles (uid text, role text, primary key (uid, role)); create function has_role(wanted text) returns boolean language sql stable security definer as $$ select exists (select 1 from roles r where r.uid = auth.uid() and r.role = wanted) $$; create function i_follow(who text) returns boolean language sql stable as $$ select exists (select 1 from follows f where f.follower = auth.uid() and f.followee = who) $$;
      create policy p on people for select to authenticated using (not private or uid = auth.uid()); create policy f on follows for select to authenticated using (follower = auth.uid()); create policy fi on follows for insert to authenticated with check (follower = auth.uid()); create policy fd on follows for delete to authenticated using (follower = auth.uid());
      create policy s on posts for select to authenticated using (author = auth.uid() or (visible_from <= now() and i_follow(author))); create policy pd on posts for delete to authenticated using (has_role('moderator')); create policy pu on posts for update to authenticated using (author = auth.uid()) with check (author = auth.uid() and length(body) <= 10);
      ${rls("people", "follows", "posts", "roles")} ${all} people, follows, posts to authenticated;`,
    seed: `insert into people values ('${A}', false), ('${B}', true), ('c', false), ('d', false); insert into follows values ('${A}', '${B}'), ('c', '${A}'); insert into posts values (1, '${B}', 'later', '2040-01-01'), (2, 'c', 'x', '2020-01-01'), (3, '${A}', 'mine', '2020-01-01'); insert into roles values ('${B}', 'moderator')`,
    asks: [
      { path: "/posts?id=eq.1", as, codes: ["policies.hidden"], says: "visible_from <= now()" },
      { path: "/posts?id=eq.2", as, codes: ["policies.hidden"], says: "Nor is i_follow(author) true" },
      { method: "DELETE", path: "/posts?id=eq.3", as, codes: ["policies.hidden-write"], says: "has_role('moderator')" },
      { ...patch("/posts?id=eq.3", { author: B }), codes: ["policies.with-check"], says: "author" },
      {
        ...patch("/posts?id=eq.3", { body: "far too long a body" }),
        codes: ["policies.with-check"],
        says: "length(body)",
      },
      { ...post("/follows", { followee: A }), codes: ["sql.check"], says: "follower" },
      { ...post("/follows", { followee: "nobody" }), codes: ["sql.foreign-key"], says: "nobody" },
      {
        ...post("/follows", { followee: B }),
        codes: ["sql.unique"],
        says: "resolution=ignore-duplicates",
        mended: { headers: { Prefer: "resolution=ignore-duplicates" } },
      },
      {
        ...post("/follows?on_conflict=follower,followee", { followee: B }),
        ...merging,
        codes: ["policies.upsert"],
        says: "no policy for UPDATE",
      },
      {
        ...post("/follows", { follower: B, followee: "c" }),
        codes: ["policies.with-check"],
        mended: { body: { followee: "c" } },
      },
      {
        path: `/follows?select=followee,people!follows_followee_fkey(uid)&followee=eq.${B}`,
        as,
        codes: ["rows.embed-hidden"],
      },
      { path: "/people?select=uid,follows(followee)", as, codes: ["schema.ambiguous-relationship"] },
    ],
  },
  "an object store": {
    sql: `create table buckets (id text primary key, public boolean not null default false); create table objects (id int primary key, bucket text not null references buckets deferrable initially deferred, path text not null, owner text not null default auth.uid(), unique (bucket, path));
      create function folder(p text) returns text[] language sql immutable as $$ select string_to_array(p, '/') $$; revoke execute on function folder from public;
      create policy b on buckets for select to authenticated using (public); create policy o on objects for select to authenticated using ((string_to_array(path, '/'))[1] = auth.uid()); create policy oi on objects for insert to authenticated with check (path like auth.uid() || '/%' and bucket in (select id from buckets));
      create policy od on objects for delete to authenticated using ((folder(path))[1] = auth.uid()); ${rls("buckets", "objects")} ${all} buckets, objects to authenticated;`,
    seed: `insert into buckets values ('open', true), ('closed', false); insert into objects values (1, 'open', '${A}/a.png', '${A}'), (2, 'open', '${B}/a.png', '${B}'), (3, 'closed', '${A}/b.png', '${A}')`,
    asks: [
      { path: "/objects?id=eq.2", as, codes: ["policies.hidden"], says: B },
      {
        ...post("/objects", { id: 4, bucket: "open", path: "x/a.png" }),
        codes: ["policies.with-check"],
        says: "x/a.png",
      },
      {
        ...post("/objects", { id: 4, bucket: "closed", path: `${A}/c.png` }),
        codes: ["policies.with-check"],
        says: "Row security hides the row of buckets that it looks for",
      },
      {
        ...post("/objects", { id: 4, bucket: "none", path: `${A}/c.png` }),
        codes: ["policies.with-check"],
        says: "buckets",
      },
      { ...post("/objects", { id: 4, bucket: "open", path: `${A}/a.png` }), codes: ["sql.unique"] },
      {
        method: "DELETE",
        path: "/objects?id=eq.1",
        as,
        codes: ["grants.policy-function"],
        says: "folder",
        mended: "fix",
      },
      { path: "/objects?select=id,buckets(id)&id=eq.3", as, codes: ["rows.embed-hidden"] },
      { path: "/objects?select=id,buckets!inner(id)&id=eq.3", as, codes: ["rows.inner-embed-hidden"] },
      { method: "DELETE", path: "/buckets?id=eq.open", as, codes: ["policies.other-command"] },
    ],
  },
  "a shop": {
    sql: `create sequence numbers; create function next_no() returns text language sql as $$ select 'N' || nextval('numbers') $$; create table orders (id int generated always as identity primary key, no text default next_no(), customer text not null default auth.uid(), state text not null default 'open', total numeric);
      create table items (id serial primary key, orders int references orders on delete cascade, sku text); create function place(sku text) returns setof orders language plpgsql as $$ declare o orders; begin perform pg_advisory_xact_lock(1); select * into strict o from orders where state = 'open' for update; return query select * from orders where id = o.id; end $$;
      create function mine() returns setof orders language sql stable as $$ with x as (select * from orders where state = 'done') select * from x $$;
      create function pay(which int) returns int language sql as $$ update orders set state = 'paid' where id = which returning id $$; create function pick(which int) returns setof orders language sql as $$ select * from orders where id = which for update $$;
      create view totals with (security_invoker) as select o.customer, sum(o.total) as total, count(i.id) as items from orders o left join items i on i.orders = o.id group by o.customer;
      create policy o on orders for select to authenticated using (customer = auth.uid()); create policy oi on orders for insert to authenticated with check (state = 'open' and customer = auth.uid()); create policy ou on orders for update to authenticated using (customer = auth.uid() and state = 'open') with check (customer = auth.uid() and state in ('open', 'paid'));
      ${rls("orders", "items")} revoke all on sequence numbers, items_id_seq from public, authenticated; grant select, insert, update (state) on orders to authenticated; grant select, insert on items, totals to authenticated; create policy i on items to authenticated using (exists (select 1 from orders where orders.id = items.orders and orders.state = 'open'));`,
    seed: `insert into orders (customer, state) values ('${A}', 'done'), ('${B}', 'open'), ('${A}', 'paid'); insert into items (orders, sku) values (1, 's'), (2, 't')`,
    asks: [
      { ...post("/orders", { state: "open" }), codes: ["grants.sequence"], says: "numbers", mended: "fix" },
      { ...post("/orders", { id: 7 }), codes: ["sql.error"], says: "GENERATED ALWAYS" },
      {
        ...post("/items", { orders: 2, sku: "x" }),
        codes: ["grants.sequence", "policies.with-check"],
        says: "items_id_seq",
        mended: "fix",
        after: ["policies.with-check"],
      },
      {
        ...patch("/orders?id=eq.1", { total: 5 }),
        modes: ["v2"],
        codes: ["grants.column", "policies.hidden-write"],
        says: "total",
      },
      { ...patch("/orders?id=eq.3", { state: "open" }), codes: ["policies.hidden-write"], says: "state" },
      { ...patch("/orders?id=eq.2", { state: "paid" }), as: "bob", codes: ["ok.written"] },
      {
        ...post("/rpc/place", { sku: "x" }),
        before: `update orders set state = 'void' where customer = '${A}' and state = 'open'; insert into orders (no, customer) values ('N', '${B}')`,
        codes: ["sql.raised"],
        says: "rows that it looks for are hidden",
      },
      {
        ...post("/rpc/place", { sku: "x" }),
        before: "delete from orders where state = 'open'",
        codes: ["sql.raised"],
        says: "has to give one row",
      },
      {
        ...post("/rpc/pay", { which: 1 }),
        codes: ["policies.hidden-write"],
        says: "pay finds nothing, because row security keeps it from",
      },
      { ...post("/rpc/pick", { which: 1 }), codes: ["policies.hidden-write"], says: 'policy \\"ou\\"' },
      { path: "/rpc/mine", as: "bob", codes: ["policies.hidden"] },
      { path: `/totals?customer=eq.${B}`, as, codes: ["policies.hidden"] },
      { path: "/items?id=eq.1", as, codes: ["policies.hidden"], says: "done" },
    ],
  },
};
