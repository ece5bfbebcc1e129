import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { readConfig } from "../../../src/postgrest/config/read.ts";
import { configReader } from "../../../src/postgrest/config/reader.ts";
import { dialects, type PostgrestVersion } from "../../../src/postgrest/dialect.ts";
import { type PostgrestServer, startPostgrestServer } from "../../../src/postgrest/server/start.ts";
import { createTestDatabase, type TestDatabase } from "../../support/postgres.ts";
import { eventually } from "../../support/processes.ts";

/** The way to Postgres, which can be cut and mended. */
class Door {
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #port = 0;

  constructor(target: string) {
    this.#target = new URL(target);
  }

  get url(): string {
    const url = new URL(this.#target);
    url.port = String(this.#port);
    return url.href;
  }

  async open(): Promise<this> {
    this.#server = createServer((client) => {
      const upstream = connect(Number(this.#target.port), this.#target.hostname);
      for (const [socket, other] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        this.#sockets.add(socket);
        socket.on("error", () => {});
        socket.on("close", () => other.destroy());
        socket.pipe(other);
      }
    });
    await new Promise<void>((resolve) => this.#server!.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.#server!.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    await closed;
  }
}

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.query("create table thing (id int primary key); insert into thing values (1)");
});
afterAll(() => database.drop());

let server: PostgrestServer;
let door: Door;
let log: string[];
let ended: boolean;
afterEach(async () => {
  await server.close();
  await door.cut().catch(() => {});
});

async function start(version: PostgrestVersion, env: Record<string, string> = {}): Promise<void> {
  door = await new Door(database.url).open();
  const whole = {
    PGRST_DB_URI: door.url,
    PGRST_DB_ANON_ROLE: "postgres",
    PGRST_SERVER_HOST: "127.0.0.1",
    PGRST_SERVER_PORT: "0",
    PGRST_ADMIN_SERVER_PORT: "0",
    ...env,
  };
  log = [];
  ended = false;
  server = await startPostgrestServer({
    config: readConfig({ env: whole }, dialects[version]),
    readConfig: configReader({ env: whole }, dialects[version]),
    version,
    writeAccess: () => {},
    writeLog: (line) => log.push(line.replace(/^.*? [+-]\d{4}: /, "").trimEnd()),
    onFatal: () => {
      ended = true;
    },
  });
  await until(async () => (await ready()) === 200);
}

const ask = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${server.port}${path}`);
const ready = async (): Promise<number> => (await fetch(`http://127.0.0.1:${server.adminPort}/ready`)).status;
const said = (start: string): boolean => log.some((line) => line.startsWith(start));

/** A statement of the engine's is under way, in pg_sleep. */
async function sleeps(): Promise<boolean> {
  const asleep = "select 1 from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'";
  return (await database.query(asleep)).length > 0;
}

const until = (holds: () => boolean | Promise<boolean>): Promise<void> =>
  eventually(() => `the log says:\n${log.join("\n")}`, holds);

async function refusal(path = "/thing"): Promise<{ status: number; retryAfter: string | null; code: string }> {
  const response = await ask(path);
  const { code } = (await response.json()) as { code: string };
  return { status: response.status, retryAfter: response.headers.get("retry-after"), code };
}

it("12.2 loses its schema cache with the database, says so of each question, and recovers", async () => {
  await start("12.2");
  expect((await ask("/thing")).status).toBe(200);
  await door.cut();
  // The pool's idle connection has been cut: whatever the first request meets, from then on nothing is known.
  expect((await ask("/thing")).status).toBe(503);
  await until(() => said("Attempting to reconnect to the database in 1 seconds..."));
  expect(await refusal()).toEqual({ status: 503, retryAfter: "0", code: "PGRST002" });
  expect(await ready()).toBe(503);
  const failed = log.filter((line) => line.startsWith("Failed to")).slice(0, 4);
  expect(failed.map((line) => line.slice(0, line.indexOf("{")))).toEqual([
    "Failed to query the PostgreSQL version. ",
    "Failed to query database settings for the config parameters.",
    "Failed to query the role settings. ",
    "Failed to load the schema cache. ",
  ]);
  expect(failed[0]).toContain('"code":"PGRST000"');
  await door.open();
  await until(async () => (await ask("/thing")).status === 200);
  await until(async () => (await ready()) === 200);
  expect(ended).toBe(false);
});

it("12.0 keeps its schema cache, and serves as soon as a connection can be made", async () => {
  await start("12.0");
  expect((await ask("/thing")).status).toBe(200);
  await door.cut();
  await until(async () => (await refusal()).code === "PGRST000");
  await until(() => said("Attempting to reconnect to the database"));
  const { status, retryAfter } = await refusal();
  expect(status).toBe(503);
  expect(Number(retryAfter)).toBeGreaterThan(0);
  await door.open();
  expect((await ask("/thing")).status).toBe(200);
});

it.each(["12.2", "12.0"] as const)("%s forgets a schema cache that could not be read anew", async (version) => {
  await database.query("create role hurried superuser login");
  try {
    await start(version, { PGRST_DB_URI: database.urlFor("hurried") });
    await database.query("alter role hurried set statement_timeout = 1");
    await server.engine.reloadSchemaCache();
    expect(await refusal()).toMatchObject({ status: 503, code: "PGRST002" });
    expect(await ready()).toBe(503);
    await database.query("alter role hurried reset all");
    await until(async () => (await ask("/thing")).status === 200);
  } finally {
    await database.query("drop role hurried");
  }
});

it("cuts a request under way with PGRST001", async () => {
  await start("12.2", { PGRST_DB_CHANNEL_ENABLED: "false" });
  await database.query("create function pause() returns void language sql as 'select pg_sleep(20)'");
  await server.engine.reloadSchemaCache();
  const pending = refusal("/rpc/pause");
  await until(sleeps);
  await door.cut();
  expect(await pending).toEqual({ status: 503, retryAfter: "0", code: "PGRST001" });
});

it("is not ready without a database even where nothing listens for NOTIFY", async () => {
  await start("12.2", { PGRST_DB_CHANNEL_ENABLED: "false" });
  await door.cut();
  await until(async () => (await ready()) === 503);
  await door.open();
  await until(async () => (await ready()) === 200);
});

it.each(["12.2", "12.0"] as const)("%s ends for good without automatic recovery", async (version) => {
  await start(version, { PGRST_DB_POOL_AUTOMATIC_RECOVERY: "false" });
  await door.cut();
  await until(() => ended);
  expect(said("Automatic recovery disabled, exiting.")).toBe(true);
});

it("waits for a connection only as long as configured", async () => {
  await database.query("create or replace function nap() returns void language sql as 'select pg_sleep(3)'");
  await start("12.2", { PGRST_DB_POOL: "1", PGRST_DB_POOL_ACQUISITION_TIMEOUT: "1" });
  const first = ask("/rpc/nap");
  await until(sleeps);
  expect(await refusal()).toEqual({ status: 504, retryAfter: null, code: "PGRST003" });
  expect(said('{"code":"PGRST003"')).toBe(true);
  await first;
});

it("reads settings without a database where in-database settings are off", async () => {
  await start("12.2", { PGRST_DB_CONFIG: "false", PGRST_DB_CHANNEL_ENABLED: "false" });
  expect(said("Config reloaded")).toBe(false);
  await door.cut();
  await server.engine.reloadConfig();
  expect(said("Config reloaded")).toBe(true);
  expect(said("Failed")).toBe(false);
});
