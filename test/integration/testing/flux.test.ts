/** `Flux`: callers, requests, SQL, modes, time, forks and snapshots. */
import { Client } from "pg";
import { describe, expect, fluxTest, test } from "../../../src/testing/vitest/index.ts";

const v1 = fluxTest({ mode: "v1" });

describe("callers", () => {
  test("a user, nobody, and a token of one's own", async ({ flux }) => {
    expect((await flux.as("alice").get("/notes?select=body&order=id")).json()).toEqual([
      { body: "Buy oat milk" },
      { body: "Call the bank" },
    ]);
    expect((await flux.request("/notes")).status).toBe(401);
    expect((await flux.withToken(flux.token("bob")).get("/notes")).json()).toHaveLength(1);
    expect((await flux.withToken(flux.token("bob", { preset: "wrong-secret" })).get("/notes")).status).toBe(401);
    expect(() => flux.as("nobody")).toThrow('There is no user "nobody"');
  });

  v1("a static key", async ({ flux }) => {
    expect((await flux.withKey("service_role").get("/notes?select=id")).json()).toHaveLength(3);
    expect((await flux.withKey("anon").get("/profiles?select=id")).status).toBe(200);
  });

  test("v2 has no keys, and says so", async ({ flux }) => {
    expect(() => flux.withKey("anon")).toThrow("Mode v2 has no static keys");
  });

  test("bodies, methods and headers", async ({ flux }) => {
    const alice = flux.as("alice");
    const made = await alice.post("/notes", { body: "x" }, { headers: { Prefer: "return=representation" } });
    expect(made.status).toBe(201);
    const [{ id }] = made.json<[{ id: number }]>();
    expect((await alice.patch(`/notes?id=eq.${id}`, { body: "y" })).status).toBe(204);
    expect((await alice.delete(`/notes?id=eq.${id}`)).status).toBe(204);
    const csv = await alice.get("/notes?select=body&order=id", { headers: { Accept: "text/csv" } });
    expect(csv.text).toBe('body\n"Buy oat milk"\n"Call the bank"');
    expect(csv.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect((await alice.rpc("whoami")).json()).toMatchObject({ uid: "user_2alice000000000000000000000" });
  });

  test("fetch, relative and whole, and never elsewhere", async ({ flux }) => {
    const alice = flux.as("alice");
    expect(await (await alice.fetch("/notes?select=id&id=eq.1")).json()).toEqual([{ id: 1 }]);
    expect((await alice.fetch(`${flux.serviceUrl}/notes`, { method: "HEAD" })).status).toBe(200);
    expect((await alice.fetch(`${flux.url}/notes`)).status).toBe(200);
    await expect(alice.fetch("https://example.com/notes")).rejects.toThrow("is not this project");
  });

  test("a postgrest-js client", async ({ flux }) => {
    const { data, error } = await flux.as("bob").client().from("posts").select("title, comments(body)").order("id");
    expect(error).toBeNull();
    expect(data).toEqual([
      { title: "Row security in practice", comments: [{ body: "Well put." }] },
      { title: "Brewing at home", comments: [] },
    ]);
  });

  test("over a socket, as any program would", async ({ flux }) => {
    const authorization = `Bearer ${flux.token("alice")}`;
    const response = await fetch(`${flux.url}/notes?select=id`, { headers: { authorization } });
    expect(await response.json()).toHaveLength(2);
  });
});

test("sql: values are parameters, several statements run as one text", async ({ flux }) => {
  const owner = "o'brien";
  await flux.sql`insert into notes (owner_id, body) values (${owner}, ${"quoted"})`;
  expect(await flux.sql`select body from notes where owner_id = ${owner}`).toEqual([{ body: "quoted" }]);
  expect(await flux.sql`create table t (a int); insert into t values (1); select a from t`).toEqual([{ a: 1 }]);
});

test("push takes SQL, and the API knows it at once; a mistake is a sentence", async ({ flux }) => {
  await flux.push({ sql: "create table tags (name text primary key); insert into tags values ('a')" });
  expect((await flux.as("alice").get("/tags")).json()).toEqual([{ name: "a" }]);
  await expect(flux.push({ sql: "create tabel x ()" })).rejects.toThrow('syntax error at or near "tabel"');
});

test("NOTIFY of a connection of one's own is heard once databaseUrl has been given, also after a reset", async ({
  flux,
}) => {
  const { apiSchema: schema } = flux.info;
  for (const url of [flux.databaseUrl, flux.info.databaseUrl]) {
    const client = new Client(url);
    await client.connect();
    await client.query(`create table ${schema}.later (id int); notify pgrst, 'reload schema'`);
    await client.end();
    // A table without a GRANT is refused with 403, one that PostgREST does not know with 404.
    await expect.poll(async () => (await flux.as("alice").get("/later")).status).toBe(403);
    await flux.reset();
    expect((await flux.as("alice").get("/later")).status).toBe(404);
  }
});

test("NOTIFY reloads the schema from the first use of sql on", async ({ flux }) => {
  await flux.sql`create table late (id int); notify pgrst, 'reload schema'`;
  await expect.poll(async () => (await flux.as("alice").get("/late")).status).not.toBe(404);
});

test("the mode changes under the same address", async ({ flux }) => {
  const { serviceUrl } = flux;
  const alice = flux.as("alice");
  await flux.mode("v1");
  expect(flux.serviceUrl).toBe(serviceUrl);
  // The claim org_id reaches SQL in this mode only.
  expect((await flux.as("alice", { organization: "acme" }).get("/documents")).json()).toHaveLength(2);
  expect((await alice.get("/notes")).json()).toHaveLength(2);
});

test("the clock ages tokens; Postgres keeps its own", async ({ flux }) => {
  flux.clock.freeze();
  const alice = flux.as("alice", { expiresIn: 60 });
  expect((await alice.get("/notes")).status).toBe(200);
  flux.clock.shift(59_000);
  expect((await alice.get("/notes")).status).toBe(200);
  flux.clock.shift(2_000);
  expect((await alice.get("/notes")).status).toBe(401);
  expect(() => flux.clock.shift("1m" as unknown as number)).toThrow("clock.shift() cannot take 1m");
  expect(() => flux.clock.freeze(new Date() as unknown as number)).toThrow("clock.freeze() cannot take");
  flux.clock.freeze(Date.UTC(2030, 0, 1));
  expect((await flux.as("alice").get("/notes")).status).toBe(200);
});

describe("forks", () => {
  test("do not see each other, and share the users", async ({ flux }) => {
    const [one, two] = await Promise.all([flux.fork(), flux.fork()]);
    await one.as("bob").post("/notes", { body: "one" });
    await two.sql`delete from notes`;
    one.clock.shift(3_600_000_000);
    const seen = async (project: typeof flux) => (await project.as("bob").get("/notes")).json<unknown[]>().length;
    expect([await seen(flux), await seen(one), await seen(two)]).toEqual([1, 2, 0]);
    expect((await two.withToken(flux.token("bob")).get("/notes")).status).toBe(200);
    expect(new Set([flux.serviceUrl, one.serviceUrl, two.serviceUrl]).size).toBe(3);
  });

  test("keep role settings that hold in one database", async ({ flux }) => {
    const [row] = await flux.sql`
      select setconfig from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase
       where d.datname = current_database()`;
    expect(row?.["setconfig"]).toEqual(["statement_timeout=15000ms"]);
  });

  test("stop with the one they came from", async ({ flux }) => {
    const parent = await flux.fork();
    const child = await parent.fork();
    const { url } = child;
    await child.stop();
    await child.stop();
    await expect(fetch(url)).rejects.toThrow();
  });
});

describe("snapshots", () => {
  test("return to a moment, and forks start from it", async ({ flux }) => {
    const bob = flux.as("bob");
    await bob.post("/notes", { body: "kept" });
    const snapshot = await flux.snapshot();
    await bob.delete("/notes?body=neq.x");
    expect((await bob.get("/notes")).json()).toEqual([]);
    const fork = await flux.fork({ from: snapshot });
    expect((await fork.as("bob").get("/notes")).json()).toHaveLength(2);
    await flux.restore(snapshot);
    expect((await bob.get("/notes")).json()).toHaveLength(2);
    await flux.reset();
    expect((await bob.get("/notes")).json()).toHaveLength(1);
  });

  test("remember the schema as it was", async ({ flux }) => {
    await flux.push({ sql: "create table tags (name text)" });
    const snapshot = await flux.snapshot();
    await flux.reset();
    expect((await flux.as("alice").get("/tags")).status).toBe(404);
    await flux.restore(snapshot);
    expect((await flux.as("alice").get("/tags")).status).toBe(200);
  });

  test("requests under way are waited for, not cut", async ({ flux }) => {
    await flux.push({ sql: "create function nap() returns int language sql as 'select 1 from pg_sleep(0.3)'" });
    const nap = flux.as("alice").rpc("nap");
    await expect
      .poll(
        () => flux.sql`select pid from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()`,
      )
      .toHaveLength(1);
    const [answer] = await Promise.all([nap, flux.snapshot(), flux.reset()]);
    expect(answer.json()).toBe(1);
  });
});

test("the matrix asks everything and changes nothing", async ({ flux }) => {
  const { cells } = await flux.matrix();
  const of = (table: string, verb: string, subject: string) =>
    cells.find((cell) => cell.table === table && cell.verb === verb && cell.subject === subject);
  expect(of("notes", "GET", "alice")).toMatchObject({ outcome: "allowed", rows: 2 });
  expect(of("audit_log", "GET", "alice")).toMatchObject({ outcome: "denied", code: "42501" });
  expect(await flux.sql`select count(*)::int as count from notes`).toEqual([{ count: 3 }]);
});
