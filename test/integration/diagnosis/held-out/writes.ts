import { A, B, merging, own, returning, rls, type Scenarios } from "./scenario.ts";

const as = "alice";
const post = { method: "POST", as } as const;
const patch = { method: "PATCH", as } as const;

export const writes: Scenarios = {
  "one policy for everything": {
    sql: `create table d (id int primary key, owner text, v int); ${rls("d")} create policy a on d for all to authenticated using (owner = auth.uid()); grant select, insert, update on d to authenticated;`,
    asks: [
      { ...post, path: "/d", body: { id: 1 }, codes: ["policies.with-check"], says: "owner is NULL", mended: "fix" },
      {
        ...post,
        path: "/d",
        body: { id: 2, owner: B },
        codes: ["policies.with-check"],
        says: "(bob)",
        mended: { body: { id: 2, owner: A } },
      },
      { ...patch, path: "/d?id=eq.1", body: { owner: B }, codes: ["policies.using-as-check"] },
    ],
  },
  "policies by command": {
    sql: `create table d (id int primary key, owner text, state text, deleted_at timestamptz); ${rls("d")}
      create policy s on d for select to authenticated using (owner = auth.uid() and deleted_at is null);
      create policy u on d for update to authenticated using (owner = auth.uid()) with check (owner = auth.uid() and state in ('draft', 'sent')); grant select, insert, update, delete on d to authenticated;`,
    seed: `insert into d values (1, '${A}', 'draft', null)`,
    asks: [
      {
        ...patch,
        path: "/d?id=eq.1",
        body: { state: "paid" },
        codes: ["policies.with-check"],
        says: "state is 'paid'",
        mended: { body: { state: "sent" } },
      },
      {
        ...post,
        path: "/d",
        body: { id: 2, owner: A },
        codes: ["policies.other-command"],
        says: "no policy for INSERT",
        mended: "fix",
      },
      {
        method: "DELETE",
        path: "/d?id=eq.1",
        as,
        codes: ["policies.other-command"],
        says: "no policy for DELETE",
        mended: "fix",
      },
      {
        ...patch,
        path: "/d?id=eq.2",
        body: { state: "sent", deleted_at: "2026-01-01T00:00:00Z" },
        codes: ["policies.returning"],
        says: "deleted_at IS NULL",
        mended: "fix",
      },
    ],
  },
  "permissive and restrictive": {
    modes: ["v2"],
    sql: `create table d (id int primary key, owner text, locked bool, region text); ${own("d")} create policy nolock on d as restrictive for update using (not locked);
      create policy region on d as restrictive for select using (region = 'eu'); grant select, update, delete on d to authenticated;`,
    seed: `insert into d values (1, '${A}', true, 'eu'), (2, '${A}', false, 'us'), (3, '${B}', true, 'us')`,
    asks: [
      { path: "/d", as, codes: ["ok.rows"] },
      { path: "/d?id=eq.2", as, codes: ["policies.hidden"], says: `loosen the restrictive policy \\"region\\"` },
      { path: "/d?id=eq.3", as, codes: ["policies.hidden"], says: `policy \\"own\\" wants` },
      {
        ...patch,
        path: "/d?id=eq.1",
        body: { region: "eu" },
        codes: ["policies.hidden-write"],
        says: "locked is true",
      },
      { method: "DELETE", path: "/d?id=eq.2", as, codes: ["policies.hidden-write"], says: "(FOR SELECT)" },
    ],
  },
  upserts: {
    sql: `create table d (id int primary key, owner text default auth.uid(), v int); ${rls("d")} create policy i on d for insert to authenticated with check (owner = auth.uid());
      create policy u on d for update to authenticated using (owner = auth.uid()); create table e (id int primary key, owner text default auth.uid(), v int); ${rls("e")}
      create policy i on e for insert to authenticated with check (owner = auth.uid()); create policy s on e for select to authenticated using (owner = auth.uid()); grant select, insert, update on d, e to authenticated;`,
    seed: `insert into e values (1, '${A}', 1)`,
    asks: [
      {
        ...post,
        path: "/d",
        body: { id: 2, v: 2 },
        ...merging,
        codes: ["policies.returning"],
        says: "An upsert reads",
        mended: "fix",
      },
      { ...post, path: "/e", body: { id: 3, v: 2 }, ...merging, codes: ["ok.written"] },
      {
        ...post,
        path: "/e",
        body: { id: 1, v: 2 },
        ...merging,
        codes: ["policies.upsert"],
        says: "no policy for UPDATE",
        mended: "fix",
      },
    ],
  },
  "what is returned": {
    sql: `create table d (id int primary key, owner text default auth.uid()); ${rls("d")} create policy i on d for insert to authenticated with check (owner = auth.uid()); grant select, insert on d to authenticated;`,
    asks: [
      { ...post, path: "/d", body: { id: 1 }, codes: ["ok.written"] },
      {
        ...post,
        path: "/d",
        body: { id: 2 },
        ...returning,
        codes: ["policies.returning"],
        says: "return=minimal",
        mended: "fix",
      },
    ],
  },
  constraints: {
    modes: ["v2"],
    sql: `create table p (id int primary key, owner text, name text unique); create table q (id int primary key, p int references p, owner text not null); ${own("p")} ${own("q")}
      grant select, insert, update, delete on p, q to authenticated;`,
    seed: `insert into p values (1, '${B}', 'taken'), (2, '${A}', 'mine'); insert into q values (1, 2, '${B}')`,
    asks: [
      { ...post, path: "/p", body: { id: 3, owner: A, name: "taken" }, codes: ["sql.unique-hidden"] },
      {
        ...post,
        path: "/p",
        body: { id: 3, owner: A, name: "mine" },
        codes: ["sql.unique"],
        mended: { body: { id: 3, owner: A, name: "new" } },
      },
      {
        ...post,
        path: "/q",
        body: { id: 3, p: 9, owner: A },
        codes: ["sql.foreign-key"],
        says: "Write the row referred to first",
      },
      { ...post, path: "/q", body: { id: 3, p: 1, owner: A }, codes: ["ok.written"] },
      {
        method: "DELETE",
        path: "/p?id=eq.2",
        as,
        codes: ["sql.foreign-key"],
        says: "rows that row security hides count as well",
      },
      { ...post, path: "/p", body: "{bad", codes: ["request.body"] },
      { ...post, path: "/p", body: [{ id: 5 }, { id: 6, name: "x" }], codes: ["request.body"], says: "the same keys" },
    ],
  },
  types: {
    modes: ["v2"],
    sql: `create domain email as text check (value ~ '@'); create type mood as enum ('sad', 'ok'); create type addr as (street text, zip int);
      create table t (id bigint primary key, owner text, m mood, e email, ad addr, raw bytea, at timestamptz, twice bigint generated always as (id * 2) stored, ref uuid); ${own("t")} grant select, insert, update on t to authenticated;`,
    seed: `insert into t values (9007199254740993, '${B}', 'ok', 'a@b', '(x,1)', '\\xdead', '2026-01-01')`,
    asks: [
      { path: "/t", as, codes: ["policies.hidden"] },
      { path: "/t?ad->>street=eq.x", as, codes: ["policies.hidden"] },
      { path: "/t?m=eq.happy", as, codes: ["sql.invalid-value"], mended: { path: "/t?m=eq.ok", as: "bob" } },
      {
        ...patch,
        path: "/t?id=eq.9007199254740993",
        body: { m: "sad" },
        codes: ["policies.hidden-write"],
        mended: { as: "bob" },
      },
      {
        ...post,
        path: "/t",
        body: { id: 1, owner: A, e: "nope" },
        codes: ["sql.check"],
        mended: { body: { id: 1, owner: A, e: "a@b" } },
      },
      { ...post, path: "/t", body: { id: 2, owner: A, twice: 3 }, codes: ["sql.error"], says: "Leave the column out" },
      { ...post, path: "/t", body: { id: 2, owner: A, ref: A }, codes: ["sql.invalid-value"], says: "no uuids" },
      {
        ...post,
        path: "/t",
        body: { id: 2, owner: "x", ad: { street: "s", zip: 1 }, raw: "\\x00ff" },
        codes: ["policies.with-check"],
        says: "t takes the row",
      },
    ],
  },
  "no primary key": {
    modes: ["v2"],
    sql: `create table nopk (owner text, v text); ${own("nopk")} grant select, insert, update, delete on nopk to authenticated;`,
    seed: `insert into nopk values ('${B}', 'x'), ('${B}', 'x')`,
    asks: [
      { path: "/nopk", as, codes: ["policies.hidden"], says: "both rows" },
      { ...patch, path: "/nopk?v=eq.x", body: { v: "y" }, codes: ["policies.hidden-write"] },
      { method: "PUT", path: "/nopk?v=eq.x", as, body: { v: "x" }, codes: ["request.put"] },
      { ...post, path: "/nopk", body: { owner: A, v: "z" }, codes: ["ok.written"] },
    ],
  },
  "a trigger that writes as somebody else": {
    modes: ["v2"],
    sql: `create table m (id int primary key, owner text); create table log (what text); ${own("m")} ${rls("log")} grant select, insert on m to authenticated; revoke all on log from authenticated;
      create function log_it() returns trigger language plpgsql security definer as $$ begin insert into log values (new.owner); return new; end $$; create trigger t after insert on m for each row execute function log_it();`,
    asks: [
      {
        ...post,
        path: "/m",
        body: { id: 1, owner: A },
        codes: ["policies.definer-owner"],
        says: "it is written as",
        mended: "fix",
      },
    ],
  },
};
