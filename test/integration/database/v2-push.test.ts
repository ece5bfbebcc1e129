import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failure, type Harness, harness } from "./support/harness.ts";

let v2: Harness;
beforeAll(async () => {
  v2 = await harness("v2");
  // Any versioned push makes the ledger.
  await v2.push("create table ledgered (id int)", { name: "000.sql", mode: "versioned" });
});
afterAll(() => v2.stop());

const SCHEMA = "t_0123456789ab_api";
const ROLE = "t_0123456789ab_role";
const OWNER = "t_0123456789ab_ddl";
const refusal = (sql: string) => failure(v2.push(sql));

describe("a push on v2", () => {
  it("makes objects of the owner role in the tenant's schema", async () => {
    await v2.push("create table owned (id int); create view owned_view as select 1 as one; create sequence owned_seq");
    expect(
      await v2.rows(
        `select relname, relowner::regrole::text as owner, array(select a from unnest(relacl::text[]) a order by a collate "C") as acl
           from pg_class where relname like 'owned%' and relnamespace = $1::regnamespace order by 1`,
        [SCHEMA],
      ),
    ).toEqual([
      { relname: "owned", owner: OWNER, acl: [`anon=r/${OWNER}`, `${OWNER}=arwdDxt/${OWNER}`, `${ROLE}=r/${OWNER}`] },
      { relname: "owned_seq", owner: OWNER, acl: [`${OWNER}=rwU/${OWNER}`, `${ROLE}=rU/${OWNER}`] },
      {
        relname: "owned_view",
        owner: OWNER,
        acl: [`anon=r/${OWNER}`, `${OWNER}=arwdDxt/${OWNER}`, `${ROLE}=r/${OWNER}`],
      },
    ]);
  });

  it("lets requests read at once and write only after a GRANT", async () => {
    await v2.push("create table bare (id int)");
    expect(await v2.as(ROLE, {}, `select * from ${SCHEMA}.bare`)).toEqual([]);
    await expect(v2.as(ROLE, {}, `insert into ${SCHEMA}.bare values (1)`)).rejects.toThrow(
      "permission denied for table bare",
    );
    await v2.push("grant insert on bare to authenticated");
    await v2.as(ROLE, {}, `insert into ${SCHEMA}.bare values (1)`);
  });

  it("forces row security, except on partitioned parents and tables that opt out", async () => {
    await v2.push(`
      create table forced (id int); alter table forced enable row level security;
      create table open (id int);
      create table opted_out (id int); alter table opted_out enable row level security;
      comment on table opted_out is 'seeded by a job, flux:no-force-rls please';
      create table parent (id int) partition by list (id); alter table parent enable row level security;
      create table child partition of parent for values in (1); alter table child enable row level security;`);
    expect(
      await v2.rows(
        `select relname, relforcerowsecurity as forced from pg_class
          where relname in ('forced', 'open', 'opted_out', 'parent', 'child') order by 1`,
      ),
    ).toEqual([
      { relname: "child", forced: true },
      { relname: "forced", forced: true },
      { relname: "open", forced: false },
      { relname: "opted_out", forced: false },
      { relname: "parent", forced: false },
    ]);
  });

  it("shows no rows through a view that runs as its owner, all that are one's own with security_invoker", async () => {
    await v2.push(`
      create table seen (owner_id text); alter table seen enable row level security;
      create policy p on seen to authenticated using (owner_id = auth.uid());
      create policy w on seen for insert to authenticated with check (true);
      grant insert on seen to authenticated;
      create view seen_by_owner as select * from seen;
      create view seen_by_invoker with (security_invoker = true) as select * from seen;`);
    const count = (view: string) =>
      v2.as(ROLE, { sub: "a" }, `insert into ${SCHEMA}.seen values ('a')`, `select * from ${SCHEMA}.${view}`);
    expect(await count("seen_by_owner")).toEqual([]);
    expect(await count("seen_by_invoker")).toEqual([{ owner_id: "a" }]);
  });

  it("rewrites GRANT … ON SCHEMA public", async () => {
    await v2.push("grant usage on schema public to authenticated; revoke usage on schema public from anon");
    expect(await v2.column(`select has_schema_privilege('anon', '${SCHEMA}', 'usage')`)).toEqual([false]);
    await v2.push("grant usage on schema public to anon");
    expect(await v2.column(`select has_schema_privilege('anon', '${SCHEMA}', 'usage')`)).toEqual([true]);
  });

  it.each([
    ["create extension citext", "42501", 'permission denied to create extension "citext"'],
    ["create schema other", "42501", "permission denied for database postgres"],
    ["create publication p", "42501", "permission denied for database postgres"],
    ["create role other", "42501", "permission denied to create role"],
    ["create table public.t (id int)", "42501", "permission denied for schema public"],
    ["set search_path to public; create table t (id int)", "42501", "permission denied for schema public"],
    ["select * from flux.flux_migrations", "42501", "permission denied for schema flux"],
    [
      "create index concurrently i on ledgered (id)",
      "25001",
      "CREATE INDEX CONCURRENTLY cannot run inside a transaction block",
    ],
    ["vacuum ledgered", "25001", "VACUUM cannot run inside a transaction block"],
    ["\\d notes", "42601", 'syntax error at or near "\\"'],
    [
      "select pg_catalog.set_config('search_path', '', false); create table t (id int)",
      "3F000",
      "no schema has been selected to create in",
    ],
    [`alter table ledgered owner to ${ROLE}`, "42501", `must be able to SET ROLE "${ROLE}"`],
    ["select uuid_generate_v4()", "42883", "function uuid_generate_v4() does not exist"],
    [
      "create table s (id int); alter table s enable row level security; alter table s force row level security; insert into s values (1)",
      "42501",
      'new row violates row-level security policy for table "s"',
    ],
    [
      "create policy p on ledgered to authenticated using (true); alter policy p on ledgered to authenticated",
      "42704",
      'role "authenticated" does not exist',
    ],
    ['grant select on ledgered to "authenticated"', "42704", 'role "authenticated" does not exist'],
    [
      "do $$ begin execute 'grant select on ledgered to authenticated'; end $$",
      "42704",
      'role "authenticated" does not exist',
    ],
    ["grant select on ledgered to service_role", "42704", 'role "service_role" does not exist'],
    [
      "grant select on all tables in schema public to authenticated; create table public.t (id int)",
      "42501",
      "permission denied for schema public",
    ],
    [
      "create table u (owner uuid); create policy p on u using (owner = auth.uid())",
      "42883",
      "operator does not exist: uuid = text",
    ],
  ])("refuses %s", async (sql, sqlState, message) => {
    expect(await refusal(sql)).toMatchObject({ sqlState, message });
  });

  it.each([
    ["create table public.t (id int)", "Leave public. away"],
    ["create extension citext", "gen_random_uuid() is built in"],
    ["create role r", "roles and their settings are the platform's"],
    ["alter role authenticated set statement_timeout = '1s'", "roles and their settings are the platform's"],
    [`alter role ${ROLE} set statement_timeout = '1s'`, "roles and their settings are the platform's"],
    ["create schema other", "the project's own schema only"],
    ["create index concurrently i on ledgered (id)", "CREATE INDEX without CONCURRENTLY"],
    ["\\d notes", "Say it in SQL."],
    ["select pg_catalog.set_config('search_path', '', false); create table t (id int)", "Remove the line"],
    ["select uuid_generate_v4()", "Use gen_random_uuid()"],
    ["select auth.jwt()", "request.jwt.claims"],
    ["select * from auth.users", "in a table of your own"],
    ["create table u (owner uuid); create policy p on u using (owner = auth.uid())", "Make the owner column text."],
    ['grant select on ledgered to "authenticated"', "outside DO blocks and functions"],
    ["grant select on ledgered to service_role", "Leave the statement out on v2."],
  ])("says what helps against %s", async (sql, next) => {
    expect((await refusal(sql))["next"]).toContain(next);
  });

  it("takes rows in the file that creates their table, and says so of later ones", async () => {
    const table = "create table seeded (id int); alter table seeded enable row level security;";
    await v2.push(`${table} insert into seeded values (1)`);
    expect(await refusal("insert into seeded values (2)")).toMatchObject({
      why: expect.stringContaining("forces row security on the owner"),
      next: expect.stringContaining("in the file that creates the table, or in seed.sql"),
    });
  });

  it("hints at the missing database privilege for an extension", async () => {
    expect(await refusal("create extension citext")).toMatchObject({
      hint: "Must have CREATE privilege on current database to create this extension.",
    });
  });

  it("refuses text that merely speaks of setting a role, and an empty file", async () => {
    expect(await refusal("create table m (role text); update m set role = 'x'")).toMatchObject({
      message: "SQL contains disallowed privilege escalation statements",
      hint: expect.stringContaining('finds "set role" at migrations/x.sql:1:38.'),
    });
    await v2.push("create table m (role text); update m set \"role\" = 'x'");
    expect(await refusal(" \n")).toMatchObject({
      message: "sql is empty",
      hint: "Write SQL into the file, or remove it.",
    });
    expect(await failure(v2.push(`-- ${"x".repeat(4 * 1024 * 1024)}`))).toMatchObject({
      message: "x.sql is larger than 4 MiB (server limit for flux push).",
    });
  });

  it("never runs what would follow a COMMIT", async () => {
    expect(await refusal("create table a1 (id int);\n  commit;\ncreate table public.a2 (id int)")).toMatchObject({
      sqlState: "2D000",
      line: 2,
      column: 3,
      hint: "Remove BEGIN and COMMIT from the file.",
    });
    expect(await v2.column("select to_regclass('public.a2')")).toEqual([null]);
  });

  it("leaves nothing behind when a later statement fails", async () => {
    await refusal("create table half (id int); select 1 / 0");
    expect(await v2.column(`select to_regclass('${SCHEMA}.half')`)).toEqual([null]);
  });

  it("does not carry one file's settings into the next", async () => {
    await v2.push("set client_min_messages = error; select set_config('search_path', '', false)");
    await v2.push("create table after_settings (id int)");
    expect(await v2.column("select current_setting('client_min_messages')")).toEqual(["notice"]);
  });

  it("passes on what the SQL says", async () => {
    const { notices } = await v2.push("do $$ begin raise notice 'hello'; raise warning 'careful'; end $$");
    expect(notices).toEqual(["NOTICE: hello", "WARNING: careful"]);
  });

  it("tells PostgREST to reload its schema cache, with the commit", async () => {
    const { Client } = await import("pg");
    const listener = new Client(v2.cluster.url());
    await listener.connect();
    await listener.query("listen pgrst");
    const heard = new Promise((resolve) => listener.once("notification", resolve));
    await v2.push("create table announced (id int)");
    expect(await heard).toMatchObject({ channel: "pgrst", payload: "reload schema" });
    await listener.end();
  });
});

describe("places of errors", () => {
  it.each([
    ["select 1;\n  select nope;\n", 2, 10, "select nope"],
    ["select 1;\n\ninsert into ledgered values (1 / 0);", 3, 1, "insert into ledgered values (1 / 0)"],
    ["grant usage on schema public to authenticated; select é, nope", 1, 55, "select é, nope"],
    ["\\restrict x\r\nselect 1;\r\nselect nope", 3, 8, "select nope"],
    ["-- 😀\ncreate tabel x ()", 2, 8, "create tabel x ()"],
  ])("%j", async (sql, line, column, statement) => {
    expect(await refusal(sql)).toMatchObject({ file: "migrations/x.sql", line, column, statement });
  });

  it("names only the file when the COMMIT fails", async () => {
    const error = await refusal(
      "create table d (id int primary key, next int references d deferrable initially deferred); insert into d values (1, 2)",
    );
    expect(error).toMatchObject({ sqlState: "23503", file: "migrations/x.sql" });
    expect(error["line"]).toBeUndefined();
  });
});
