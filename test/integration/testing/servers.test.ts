/** The kit on other servers: one that somebody gave, one that begins with a snapshot's data. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withClient } from "../../../src/postgres/admin.ts";
import type { RunningCluster } from "../../../src/postgres/server.ts";
import { saveSnapshot } from "../../../src/stack/snapshots.ts";
import { startStack } from "../../../src/stack/start.ts";
import { startFlux } from "../../../src/testing/start.ts";
import { createTestCluster } from "../../support/postgres.ts";

describe("a given Postgres", () => {
  let cluster: RunningCluster;
  beforeAll(async () => {
    cluster = await createTestCluster();
  });
  afterAll(() => cluster.stop());

  const databases = async () => {
    const { rows } = await withClient(cluster.url(), (client) =>
      client.query("select datname from pg_database order by 1"),
    );
    return rows.map((row) => row.datname);
  };

  test("serves a project and its forks, and is left as it was", async () => {
    const before = await databases();
    const flux = await startFlux({ postgres: cluster.url() });
    const fork = await flux.fork();
    await fork.as("bob").post("/notes", { body: "x" });
    expect((await fork.as("bob").get("/notes")).json()).toHaveLength(2);
    expect((await flux.as("bob").get("/notes")).json()).toHaveLength(1);
    expect(new URL(flux.databaseUrl).port).toBe(String(cluster.port));
    await flux.stop();
    expect(await databases()).toEqual(before);
  });
});

describe("a snapshot of the project", () => {
  const directory = mkdtempSync(join(tmpdir(), "flux-dev-from-"));
  // Postgres runs as somebody else when we are root.
  beforeAll(() => chmodSync(directory, 0o755));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test("is the seeded state; the snapshot stays as it was", async () => {
    const stack = await startStack({ directory, mode: "v2" });
    await stack.withDatabase((client) => client.query(`delete from ${stack.info().apiSchema}.notes where id > 1`));
    await saveSnapshot(directory, "one-note");
    await stack.stop();
    for (const body of ["first", "second"]) {
      await using flux = await startFlux({ directory, from: "one-note" });
      expect((await flux.as("alice").post("/notes", { body })).status).toBe(201);
      expect((await flux.as("alice").get("/notes")).json()).toHaveLength(2);
      await flux.reset();
      expect((await flux.as("alice").get("/notes?select=id")).json()).toEqual([{ id: 1 }]);
    }
  });

  test("that does not exist is named with those that do", async () => {
    await expect(startFlux({ directory, from: "two-notes" })).rejects.toMatchObject({
      message: 'There is no snapshot "two-notes".',
      why: "There are: one-note.",
    });
  });
});

test("a source, a mode and a directory that are none", async () => {
  await expect(startFlux({ postgres: "embeded" })).rejects.toThrow('postgres cannot be "embeded"');
  await expect(startFlux({ mode: "v3" as "v2" })).rejects.toThrow('Unknown mode "v3"');
  await expect(startFlux({ directory: "/no/such/project" })).rejects.toThrow("no directory /no/such/project");
});
