import { existsSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "../../../src/postgrest/config/read.ts";
import { configReader } from "../../../src/postgrest/config/reader.ts";
import { dialects } from "../../../src/postgrest/dialect.ts";
import { type PostgrestServer, startPostgrestServer } from "../../../src/postgrest/server/start.ts";
import { createTestDatabase, type TestDatabase } from "../../support/postgres.ts";
import { eventually } from "../../support/processes.ts";

let database: TestDatabase;
let server: PostgrestServer;
let base: string;
const log: string[] = [];
const access: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  await database.query(
    "create schema api; create table api.thing (id int primary key); insert into api.thing values (1)",
  );
  server = await start({ PGRST_ADMIN_SERVER_PORT: "0", PGRST_LOG_LEVEL: "info" });
  base = `http://127.0.0.1:${server.port}`;
  await until(async () => (await fetch(`${base}/thing`)).status === 200);
});

afterAll(async () => {
  await server.close();
  await database.drop();
});

function start(env: Record<string, string> = {}): Promise<PostgrestServer> {
  const whole = {
    PGRST_DB_URI: database.url,
    PGRST_DB_SCHEMAS: "api",
    PGRST_DB_ANON_ROLE: "postgres",
    PGRST_SERVER_HOST: "127.0.0.1",
    PGRST_SERVER_PORT: "0",
    PGRST_ADMIN_SERVER_CONFIG_ENABLED: "true",
    ...env,
  };
  return startPostgrestServer({
    config: readConfig({ env: whole }, dialects["12.2"]),
    readConfig: configReader({ env: whole }, dialects["12.2"]),
    version: "12.2",
    writeAccess: (line) => access.push(line),
    writeLog: (line) => log.push(line),
    onFatal: () => {},
  });
}

const until = (holds: () => Promise<boolean>): Promise<void> =>
  eventually(() => `the log says:\n${log.join("")}`, holds);

/** Speaks raw bytes, as no client library would. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port!, "127.0.0.1", () => socket.write(text));
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk.toString("latin1");
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}

describe("the server", () => {
  it("answers over HTTP and writes an access line", async () => {
    const response = await fetch(`${base}/thing?select=id`);
    expect(await response.json()).toEqual([{ id: 1 }]);
    expect(access.at(-1)).toMatch(
      /^127\.0\.0\.1 - postgres \[.*\] "GET \/thing\?select=id HTTP\/1\.1" 200 - "" "node"\n$/,
    );
  });

  it("logs what the database is to blame for, and no other 500", async () => {
    await database.query(
      "create function api.fail() returns void language plpgsql as 'begin raise sqlstate ''XX001''; end'",
    );
    await server.engine.reloadSchemaCache();
    expect((await fetch(`${base}/rpc/fail`, { method: "POST" })).status).toBe(500);
    expect(log.at(-1)).toContain('"code":"XX001"');
    const unverifiable = await fetch(`${base}/thing`, { headers: { Authorization: "Bearer a.b.c" } });
    expect([unverifiable.status, log.at(-1)]).toEqual([500, expect.stringContaining('"code":"XX001"')]);
  });

  it("gives HEAD no body", async () => {
    const response = await fetch(`${base}/thing`, { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-range")).toBe("0-0/*");
    expect(await response.text()).toBe("");
  });

  it.each([
    ["FOO", "/thing"],
    ["CONNECT", "/"],
    ["CONNECT", "example.com:80"],
  ])("answers methods that Node would not: %s %s", async (method, target) => {
    const answer = await raw(`${method} ${target} HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 405 Method Not Allowed\r\nServer: postgrest\/12\.2\.12\r\n/);
    expect(answer).toContain(`"message":"Unsupported HTTP method: ${method}"`);
  });

  it("answers 400 to what is no HTTP at all", async () => {
    expect(await raw("nonsense\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(await raw(`GET /thing?id=eq.${"1".repeat(52_000)} HTTP/1.1\r\nHost: x\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 400 Bad Request\r\nContent-Type: text\/plain; charset=utf-8\r\n.*\r\n\r\nBad Request$/s,
    );
  });

  it("hears of schema changes by NOTIFY", async () => {
    await until(async () => log.some((line) => line.includes('Listening for notifications on the "pgrst" channel')));
    await database.query("create table api.later (id int); notify pgrst, 'reload schema'");
    await until(async () => log.some((line) => line.includes("Received a schema cache reload message")));
    await until(async () => server.engine.schemaCache?.tables.has("api\0later") ?? false);
  });

  it("hears of settings by NOTIFY", async () => {
    await database.query("notify pgrst, 'reload config'");
    await until(async () => log.some((line) => line.endsWith("Config reloaded\n")));
  });
});

describe("the admin server", () => {
  const admin = (path: string) => fetch(`http://127.0.0.1:${server.adminPort}${path}`);

  it("is alive and ready", async () => {
    expect((await admin("/live")).status).toBe(200);
    await until(async () => (await admin("/ready")).status === 200);
    expect((await admin("/nope")).status).toBe(404);
  });

  it("shows schema cache, configuration and metrics", async () => {
    expect(await (await admin("/schema_cache")).json()).toHaveProperty("dbTables");
    expect(await (await admin("/config")).text()).toContain('db-schemas = "api"');
    expect(await (await admin("/metrics")).text()).toContain('pgrst_schema_cache_loads_total{status="SUCCESS"}');
  });
});

it("takes no notice of an expectation it does not know", async () => {
  const head = "GET /thing HTTP/1.1\r\nHost: x\r\nExpect: the unexpected\r\nConnection: close\r\n\r\n";
  expect(await raw(head)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
});

it("listens on a unix socket, takes over a stale file, and frees it", async () => {
  const socketPath = join(tmpdir(), `pgrst-${process.pid}.sock`);
  const env = { PGRST_SERVER_UNIX_SOCKET: socketPath, PGRST_DB_CHANNEL_ENABLED: "false" };
  for (let round = 0; round < 2; round += 1) {
    const own = await start(env);
    const status = await new Promise((resolve, reject) => {
      request({ socketPath, agent: false, path: "/a/b", method: "OPTIONS" }, (answer) =>
        resolve(answer.resume().statusCode),
      )
        .on("error", reject)
        .end();
    });
    expect([404, 503]).toContain(status);
    await own.close();
  }
  expect(existsSync(socketPath)).toBe(false);
});

it("frees its port", async () => {
  const own = await start({ PGRST_DB_CHANNEL_ENABLED: "false" });
  const { port } = own;
  await own.close();
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
});

it("tells at log level debug what becomes of connections", async () => {
  const debugged = await start({ PGRST_LOG_LEVEL: "debug", PGRST_DB_CHANNEL_ENABLED: "false" });
  try {
    await until(async () => (await fetch(`http://127.0.0.1:${debugged.port}/thing`)).status === 200);
    const told = log.flatMap((line) => /: Connection ([0-9a-f-]{36}) (.*)\n$/.exec(line)?.slice(1, 3).join(" ") ?? []);
    const id = told[0]?.slice(0, 36);
    const statuses = ["is being established", "is available", "is used", "is available"];
    expect(told.slice(0, 4)).toEqual(statuses.map((status) => `${id} ${status}`));
  } finally {
    await debugged.close();
  }
});
