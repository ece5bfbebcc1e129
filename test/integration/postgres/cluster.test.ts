import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { withClient } from "../../../src/postgres/admin.ts";
import { type ClusterOptions, startCluster, startThrowAwayCluster } from "../../../src/postgres/cluster.ts";
import { icuEnglish, libcEnglish } from "../../../src/postgres/flavour.ts";
import type { RunningCluster } from "../../../src/postgres/server.ts";
import { createTestDatabase } from "../../support/postgres.ts";

let directory: string;
const running: RunningCluster[] = [];

beforeEach(() => {
  directory = join(tmpdir(), `flux-dev-test-${randomUUID()}`);
});
afterEach(async () => {
  for (const cluster of running.splice(0)) await cluster.stop();
  await rm(directory, { recursive: true, force: true });
});

async function start(options: Partial<ClusterOptions> = {}): Promise<RunningCluster> {
  const cluster = await startCluster({ dataDirectory: directory, flavour: icuEnglish, ...options });
  running.push(cluster);
  return cluster;
}

const value = (cluster: RunningCluster, expression: string) =>
  withClient(cluster.url(), async (client) => (await client.query(`select ${expression} as value`)).rows[0].value);

describe("a cluster", () => {
  test("is set up as the platform's: English by ICU, UTF8, UTC, 200 connections, loopback, synced to disk", async () => {
    const cluster = await start();
    const facts = await withClient(cluster.url(), async (client) => {
      const { rows } = await client.query(`
        select datlocprovider, daticulocale, pg_encoding_to_char(encoding) as encoding, datctype,
          current_setting('server_version_num')::int / 10000 as major, current_setting('timezone') as timezone,
          current_setting('max_connections') as connections, current_setting('listen_addresses') as address,
          current_setting('unix_socket_directories') as sockets, current_setting('fsync') as fsync
        from pg_database where datname = current_database()`);
      return rows[0];
    });
    expect(facts).toEqual({
      datlocprovider: "i",
      daticulocale: "en-US",
      encoding: "UTF8",
      datctype: "C.UTF-8",
      major: 16,
      timezone: "UTC",
      connections: "200",
      address: "127.0.0.1",
      sockets: "",
      fsync: "on",
    });
  });

  test("sorts English, with the C library's rules or where they are missing with ICU's", async () => {
    await using cluster = await startThrowAwayCluster({ flavour: libcEnglish });
    expect(await value(cluster, "(select string_agg(x, '' order by x) from unnest('{b,A,a,B}'::text[]) x)")).toBe(
      "aAbB",
    );
  });

  test("keeps its data from one start to the next", async () => {
    const first = await start();
    await withClient(first.url(), (client) => client.query("create table kept as select 42 as answer"));
    await first.stop();
    expect(await value(await start(), "(select answer from kept)")).toBe(42);
  });

  test("leaves nothing behind when its data is thrown away", async () => {
    const cluster = await startThrowAwayCluster({ flavour: icuEnglish });
    expect(await value(cluster, "current_setting('fsync')")).toBe("off");
    await cluster.stop();
    expect(existsSync(cluster.dataDirectory)).toBe(false);
    await expect(withClient(cluster.url(), async () => {})).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("is made with the bootstrap's objects, which run once", async () => {
    const cache = join(tmpdir(), `flux-dev-cache-${randomUUID()}`);
    vi.stubEnv("FLUX_DEV_CACHE_DIR", cache);
    let runs = 0;
    const bootstrap = {
      key: "test",
      run: async (cluster: RunningCluster) => {
        runs += 1;
        await withClient(cluster.url(), (client) => client.query("create role made_by_bootstrap"));
      },
    };
    const clusters = await Promise.all([
      startThrowAwayCluster({ flavour: icuEnglish, bootstrap }),
      startThrowAwayCluster({ flavour: icuEnglish, bootstrap }),
    ]);
    running.push(...clusters, await startThrowAwayCluster({ flavour: icuEnglish, bootstrap }));
    // Two builders at once may both build; whoever comes later copies.
    expect(runs).toBeLessThanOrEqual(2);
    for (const cluster of running)
      expect(await value(cluster, "'made_by_bootstrap'::regrole::text")).toBe("made_by_bootstrap");
    vi.unstubAllEnvs();
    await rm(cache, { recursive: true });
  });
});

describe("after an accident", () => {
  test("a killed server is started again and has lost nothing that was committed", async () => {
    const first = await start();
    await withClient(first.url(), (client) => client.query("create table kept as select 42 as answer"));
    process.kill(first.pid, "SIGKILL");
    await first.exited;
    expect(await value(await start(), "(select answer from kept)")).toBe(42);
  });

  test("a pid file whose number went to another process does not stand in the way", async () => {
    const first = await start();
    const pidFile = join(directory, "postmaster.pid");
    const text = readFileSync(pidFile, "utf8");
    await first.stop();
    writeFileSync(pidFile, text.replace(/^\d+/, String(process.pid)));
    expect(await value(await start(), "1")).toBe(1);
  });

  test("an empty data directory is filled", async () => {
    await mkdir(directory);
    expect(await value(await start(), "1")).toBe(1);
    expect(readdirSync(directory)).toContain("PG_VERSION");
  });
});

describe("refusals", () => {
  test("a server whose owner lives is left alone", async () => {
    const first = await start();
    await expect(start()).rejects.toMatchObject({ code: "IN_USE", message: expect.stringContaining(directory) });
    expect(await value(first, "1")).toBe(1);
  });

  test("a taken port is named", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    await expect(start({ port })).rejects.toMatchObject({
      code: "PORT_TAKEN",
      message: `Postgres could not listen on port ${port}.`,
      why: "Another program is using that port.",
    });
    server.close();
  });

  test("data of another version and data that is none are told apart", async () => {
    await mkdir(directory);
    writeFileSync(join(directory, "notes.txt"), "");
    await expect(start()).rejects.toMatchObject({ code: "NOT_A_CLUSTER" });
    writeFileSync(join(directory, "PG_VERSION"), "15\n");
    await expect(start()).rejects.toMatchObject({
      code: "VERSION_MISMATCH",
      message: expect.stringContaining("Postgres 15"),
    });
  });
});

test("a test database is its file's own", async () => {
  await using one = await createTestDatabase();
  await using two = await createTestDatabase();
  await one.query("create table mine (id int)");
  expect(await one.query("select to_regclass('mine')::text as found")).toEqual([{ found: "mine" }]);
  expect(await two.query("select to_regclass('mine')::text as found")).toEqual([{ found: null }]);
});
