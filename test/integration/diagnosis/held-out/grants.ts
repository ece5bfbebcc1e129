import { A, B, own, returning, rls, type Scenarios } from "./scenario.ts";

const as = "alice";
const post = { method: "POST", as } as const;

export const grants: Scenarios = {
  "privileges by column": {
    sql: `create table emp (id int primary key, owner text default auth.uid(), name text, pay int); ${own("emp")}
      revoke all on emp from authenticated; grant select (id, name), insert (id, name), update (name) on emp to authenticated;`,
    seed: `insert into emp values (1, '${A}', 'x', 5)`,
    asks: [
      { path: "/emp?select=id,name", as, codes: ["ok.rows"] },
      { path: "/emp", as, codes: ["grants.column"], says: "select=id,name", mended: { path: "/emp?select=id,name" } },
      { path: "/emp?select=id&pay=gt.3", as, codes: ["grants.column"], says: "Leave pay out" },
      { path: "/emp?select=id,name&order=owner", as, codes: ["grants.column"], says: "column owner" },
      { ...post, path: "/emp?columns=id,name", body: { id: 2, name: "y", pay: 3 }, codes: ["ok.written"] },
      {
        ...post,
        path: "/emp",
        body: { id: 3, name: "y", pay: 3 },
        codes: ["grants.column"],
        says: "INSERT on column pay",
        mended: "fix",
      },
      { method: "PATCH", as, path: "/emp?id=eq.1", body: { name: "z" }, codes: ["ok.written"] },
      {
        method: "PATCH",
        as,
        path: "/emp?id=eq.1",
        body: { pay: 9 },
        codes: ["grants.column"],
        says: "UPDATE on column pay",
        mended: "fix",
      },
    ],
  },
  sequences: {
    modes: ["v2"],
    sql: `create table a (id serial primary key, owner text default auth.uid()); create table b (id int generated always as identity primary key, owner text default auth.uid());
      create sequence numbers; create function next_no() returns bigint language sql as $$ select nextval('numbers') $$;
      create table c (no bigint primary key default next_no(), owner text default auth.uid());
      ${own("a")} ${own("b")} ${own("c")} grant select, insert on a, b, c to authenticated; revoke all on sequence a_id_seq, b_id_seq, numbers from authenticated;`,
    asks: [
      { ...post, path: "/a", body: {}, codes: ["grants.sequence"], says: "a.id", mended: "fix" },
      { ...post, path: "/b", body: {}, codes: ["ok.written"] },
      {
        ...post,
        path: "/b",
        body: { id: 5 },
        codes: ["sql.error"],
        says: "Leave the column out",
        mended: { body: {} },
      },
      { ...post, path: "/c", body: {}, codes: ["grants.sequence"], says: "numbers", mended: "fix" },
    ],
  },
  "several privileges, then the check": {
    modes: ["v2"],
    sql: `create table o (id serial primary key, owner text, total int check (total > 0)); ${own("o")} revoke all on o from authenticated; revoke all on sequence o_id_seq from authenticated;`,
    asks: [
      {
        ...post,
        path: "/o",
        body: { owner: B, total: 1 },
        codes: ["grants.table", "grants.sequence", "policies.with-check"],
        says: "All of these are needed",
      },
      {
        ...post,
        path: "/o",
        body: { owner: A, total: 1 },
        ...returning,
        codes: ["grants.table", "grants.sequence"],
        says: "INSERT and SELECT",
        mended: "fix",
      },
      { ...post, path: "/o", body: { owner: A, total: 0 }, codes: ["sql.check"] },
    ],
  },
  functions: {
    sql: `create table n (id int primary key, owner text); ${own("n")} revoke all on n from authenticated;
      create function hi(a int) returns int language sql stable as 'select a'; create function hi(a int, b int) returns int language sql stable as 'select a + b';
      revoke execute on function hi(int, int) from public;
      create function total() returns int language sql stable as 'select count(*)::int from n';
      create function add_one(i int) returns void language plpgsql as $$ begin insert into n values (i, auth.uid()); end $$;
      create function add_theirs(i int) returns void language plpgsql as $$ begin insert into n values (i, 'x'); end $$;
      create function bare() returns bigint language plpgsql stable set search_path = '' as $$ begin return (select count(*) from n); end $$;
      create function helps() returns text language plpgsql stable as $$ begin return helper(); end $$;
      create function typo() returns bigint language plpgsql stable as $$ begin return (select count(*) from nn); end $$;
      create function column_typo() returns int language plpgsql stable as $$ begin return (select max(idd) from n); end $$;
      create function same(a int) returns int language sql stable as 'select a'; create function same(a text) returns text language sql stable as 'select a';`,
    seed: `insert into n values (1, '${A}'); create or replace function public.helper() returns text language sql as $$ select 'x'::text $$`,
    asks: [
      { path: "/rpc/hi?a=1", as, codes: ["ok.called"] },
      { path: "/rpc/hi?a=1&b=2", as, codes: ["grants.function"], says: "hi(integer,integer)", mended: "fix" },
      { path: "/rpc/same?a=1", as, codes: ["schema.ambiguous-function"] },
      { path: "/rpc/same?b=1", as, codes: ["schema.function-arguments"], says: "Send a" },
      { path: "/rpc/total", as, codes: ["grants.function-body"], says: "SELECT", mended: "fix" },
      { path: "/rpc/total", as, codes: ["ok.called"] },
      { ...post, path: "/rpc/add_one", body: { i: 7 }, codes: ["grants.function-body"], says: "INSERT", mended: "fix" },
      {
        path: "/rpc/add_one?i=8",
        as,
        codes: ["sql.read-only"],
        mended: { method: "POST", path: "/rpc/add_one", body: { i: 8 } },
      },
      { ...post, path: "/rpc/add_theirs", body: { i: 9 }, codes: ["policies.with-check"], says: "add_theirs" },
      { path: "/rpc/bare", as, codes: ["schema.search-path"], says: "bare()", mended: "fix" },
      {
        path: "/rpc/helps",
        as,
        modes: ["v2"],
        codes: ["schema.search-path"],
        says: "leaves out public",
        mended: "fix",
      },
      { path: "/rpc/helps", as, modes: ["v1"], codes: ["ok.called"] },
      { path: "/rpc/typo", as, codes: ["schema.unknown-table"], says: "typo" },
      {
        path: "/rpc/column_typo",
        as,
        codes: ["schema.unknown-column"],
        says: "The function column_typo() names a column",
      },
    ],
  },
  "what views, triggers and defaults need": {
    sql: `create table n (id int primary key, owner text); ${own("n")} create view v with (security_invoker) as select * from n; revoke all on n from authenticated; grant select on v to authenticated;
      create table m (id int primary key, owner text); create table log (what text); ${own("m")} ${rls("log")} grant select, insert on m to authenticated; revoke all on log from authenticated;
      create function log_it() returns trigger language plpgsql as $$ begin insert into log values (new.owner); return new; end $$; create trigger t after insert on m for each row execute function log_it();
      create function code() returns text language sql as $$ select 'c'::text $$; revoke execute on function code() from public;
      create table d (id int primary key, owner text default auth.uid(), code text default code()); ${own("d")} grant select, insert on d to authenticated;`,
    seed: `insert into n values (1, '${A}')`,
    asks: [
      { path: "/v", as, codes: ["grants.table"], says: "SELECT on n", mended: "fix" },
      {
        ...post,
        path: "/m",
        body: { id: 1, owner: A },
        codes: ["grants.function-body", "policies.no-policy"],
        says: "log",
      },
      { ...post, path: "/d", body: { id: 1 }, codes: ["grants.function"], says: "d.code", mended: "fix" },
    ],
  },
  "columns below a view": {
    sql: `create table emp (id int primary key, owner text, pay int); ${own("emp")} revoke all on emp from authenticated; grant select (id, owner), insert (id, owner) on emp to authenticated;
      create view pays with (security_invoker) as select id, pay from emp; create view ids with (security_invoker) as select id from emp; grant select, insert on pays, ids to authenticated;`,
    seed: `insert into emp values (1, '${A}', 5)`,
    asks: [
      { path: "/ids", as, codes: ["ok.rows"] },
      { path: "/pays", as, codes: ["grants.column"], says: "GRANT SELECT (pay) ON emp", mended: "fix" },
      {
        ...post,
        path: "/ids",
        body: { id: 5 },
        codes: ["policies.with-check"],
        says: "ids has no column owner",
        mended: "fix",
      },
    ],
  },
  "the schema itself": {
    sql: `create table n (id int primary key, owner text); ${own("n")} grant select on n to authenticated;`,
    seed: `insert into n values (1, '${A}')`,
    asks: [
      { path: "/n", as, codes: ["ok.rows"] },
      {
        before: `do $$ begin execute format('revoke usage on schema %I from %I', current_schema(), (select rolname from pg_roles where rolname ~ '^(authenticated|t_.*_role)$')); end $$`,
        path: "/n",
        as,
        codes: ["grants.schema"],
        says: "GRANT USAGE ON SCHEMA",
      },
    ],
  },
};
