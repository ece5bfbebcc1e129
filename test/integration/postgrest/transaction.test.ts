import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Pool } from "../../../src/postgrest/transaction/pool.ts";
import { runTransaction, type TransactionEnd, type TransactionRows } from "../../../src/postgrest/transaction/run.ts";
import { createTestDatabase, type TestDatabase } from "../../support/postgres.ts";
import { countingProxy } from "./counting-proxy.ts";

let database: TestDatabase;
let pool: Pool;
const settings = { size: 2, acquisitionTimeout: 0.3, maxLifetime: 60, maxIdletime: 60 };

beforeAll(async () => {
  database = await createTestDatabase();
  await database.query(`
    create table item (id int primary key, name text);
    create sequence attempts;
    create function refuse() returns void language plpgsql as
      $$ begin perform nextval('attempts'); raise sqlstate '40001' using message = 'again'; end $$`);
  pool = new Pool({ connectionString: database.url }, settings);
});

afterAll(async () => {
  pool.close();
  await database.drop();
});

interface Options {
  readonly end?: TransactionEnd | ((rows: TransactionRows) => TransactionEnd);
  readonly readOnly?: boolean;
  readonly prepared?: boolean;
  readonly on?: Pool;
}

function run(texts: ReadonlyArray<string | readonly [string, ...Array<string | null>]>, options: Options = {}) {
  const { end = "commit", readOnly = false, prepared = true, on = pool } = options;
  const statements = texts.map((one) => {
    const [text = "", ...parameters] = typeof one === "string" ? [one] : one;
    return { role: "main" as const, text: text ?? "", parameters, format: "text" as const };
  });
  return runTransaction(on, { settings: { isolation: "read committed", readOnly }, statements, end, prepared });
}

/** The first value. */
const textOf = (rows: TransactionRows): string | undefined => rows[0]?.[0]?.values()[0]?.toString();

const names = async (): Promise<string[]> =>
  (await database.query<{ name: string }>("select name from item order by id")).map(({ name }) => name);

describe("a transaction", () => {
  it("commits, and gives the rows of each statement", async () => {
    const { rows, failure } = await run([
      ["insert into item values ($1, $2) returning id", "1", "é"],
      "select 2, null",
    ]);
    expect(failure).toBeNull();
    expect(rows.map((list) => list.map((row) => row.values().map((value) => value?.toString() ?? null)))).toEqual([
      [["1"]],
      [["2", null]],
    ]);
    expect(await names()).toEqual(["é"]);
  });

  it("runs in a session that speaks up from a WARNING on, as PostgREST's does", async () => {
    const { rows } = await run(["select current_setting('client_min_messages')"]);
    expect(textOf(rows)).toBe("warning");
  });

  it("rolls back when told so, beforehand or by the rows", async () => {
    await run(["insert into item values (2, 'x')"], { end: "rollback" });
    await run(["insert into item values (3, 'x') returning id"], {
      end: (rows) => (textOf(rows) === "3" ? "rollback" : "commit"),
    });
    expect(await names()).toEqual(["é"]);
  });

  it("keeps nothing after a failure, names the statement, and leaves the connection clean", async () => {
    const { rows, failure } = await run(["insert into item values (4, 'x') returning id", "select 1/0", "select 5"]);
    expect(failure).toMatchObject({ kind: "server", statement: "main", error: { sqlState: "22012" } });
    expect(rows[0]).toHaveLength(1);
    expect((await run(["select 1"])).failure).toBeNull();
    expect(await names()).toEqual(["é"]);
  });

  it("reports what fails at COMMIT", async () => {
    await database.query("create table late (id int unique deferrable initially deferred)");
    const { failure } = await run(["insert into late values (1), (1)"]);
    expect(failure).toMatchObject({ statement: "end", error: { sqlState: "23505" } });
    expect((await run(["select 1"])).failure).toBeNull();
  });

  it("cannot write when it is read-only", async () => {
    const { failure } = await run(["insert into item values (9, 'x')"], { readOnly: true });
    expect(failure).toMatchObject({ error: { sqlState: "25006" } });
  });

  it("works without named statements", async () => {
    const own = new Pool({ connectionString: database.url }, settings);
    await run(["select 'unnamed'"], { prepared: false, on: own });
    const { rows } = await run(["select count(*) from pg_prepared_statements"], { prepared: false, on: own });
    expect(textOf(rows)).toBe("0");
    own.close();
  });

  it("ends after the tenth serialization failure", async () => {
    const { failure } = await run(["select refuse()"]);
    expect(failure).toMatchObject({ error: { sqlState: "40001", message: "again" } });
    expect(await database.query("select last_value::int from attempts")).toEqual([{ last_value: 10 }]);
  });

  it("prepares again what an altered table has made unfit", async () => {
    await run(["select * from item"]);
    await database.query("alter table item add column extra int default 7");
    const { rows, failure } = await run(["select * from item"]);
    expect(failure).toBeNull();
    expect(rows[0]?.[0]?.values()).toHaveLength(3);
  });

  it("prepares again what someone has thrown away", async () => {
    const own = new Pool({ connectionString: database.url }, { ...settings, size: 1 });
    await run(["select 'kept'"], { on: own });
    await run(["deallocate all"], { on: own, prepared: false });
    expect((await run(["select 'kept'"], { on: own })).failure).toBeNull();
    own.close();
  });
});

describe("the way to the server", () => {
  it("is taken once, and a second time when the rows decide", async () => {
    const proxy = await countingProxy(database.url);
    const own = new Pool({ connectionString: proxy.url }, { ...settings, size: 1 });
    const statements = ["select set_config('a.b', 'c', true)", "select * from item"];
    await run(statements, { on: own });
    expect(await proxy.writesDuring(() => run(statements, { on: own }))).toBe(1);
    expect(await proxy.writesDuring(() => run(statements, { on: own, end: () => "commit" }))).toBe(2);
    own.close();
    await proxy.close();
  });
});

describe("the pool", () => {
  it("gives up on a connection after the acquisition timeout", async () => {
    const own = new Pool({ connectionString: database.url }, { ...settings, size: 1 });
    const slow = run(["select pg_sleep(0.6)"], { on: own });
    expect((await run(["select 1"], { on: own })).failure).toMatchObject({ kind: "pool-timeout" });
    expect((await slow).failure).toBeNull();
    expect(own.stats).toMatchObject({ timeouts: 1, waiting: 0 });
    own.close();
  });

  it("hands a freed connection to who waits", async () => {
    const own = new Pool({ connectionString: database.url }, { ...settings, size: 1, acquisitionTimeout: 5 });
    const all = await Promise.all(Array.from({ length: 20 }, () => run(["select pg_backend_pid()"], { on: own })));
    expect(new Set(all.map(({ rows }) => textOf(rows))).size).toBe(1);
    own.close();
  });

  it("survives a connection that is terminated, idle or busy", async () => {
    const own = new Pool({ connectionString: database.url }, { ...settings, size: 1 });
    const terminate = () =>
      database.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'terminated' and pid <> pg_backend_pid()",
      );
    const named = "set application_name = 'terminated'";
    await run([named], { on: own });
    await terminate();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await run([named], { on: own })).failure).toBeNull();
    const busy = run(["select pg_sleep(10)"], { on: own });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await terminate();
    expect((await busy).failure).toMatchObject({ kind: "lost", error: { sqlState: "57P01", severity: "FATAL" } });
    expect((await run(["select 1"], { on: own })).failure).toBeNull();
    own.close();
  });

  it("uses no connection again after a flush", async () => {
    const own = new Pool({ connectionString: database.url }, { ...settings, size: 1 });
    const pid = async () => textOf((await run(["select pg_backend_pid()"], { on: own })).rows);
    const first = await pid();
    expect(await pid()).toBe(first);
    own.flush();
    expect(await pid()).not.toBe(first);
    own.close();
  });

  it("says that nothing answers, in libpq's words", async () => {
    const own = new Pool({ host: "127.0.0.1", port: 1, user: "x" }, settings);
    expect((await run(["select 1"], { on: own })).failure).toMatchObject({
      kind: "unreachable",
      message: expect.stringContaining("Connection refused\n\tIs the server running on that host"),
    });
    own.close();
  });
});
