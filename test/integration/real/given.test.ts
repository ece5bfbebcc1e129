/** A Postgres that somebody gave: a second local cluster stands in for CI's service container. */
import { createHash, createHmac, pbkdf2Sync } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { withClient } from "../../../src/postgres/admin.ts";
import type { RunningCluster } from "../../../src/postgres/server.ts";
import { purge } from "../../../src/stack/purge.ts";
import { type StackOptions, startStack } from "../../../src/stack/start.ts";
import { demoProject, type ProjectDirectory, readNotes } from "../../support/demo-project.ts";
import { createTestCluster } from "../../support/postgres.ts";

let cluster: RunningCluster;
let project: ProjectDirectory;
beforeAll(async () => {
  cluster = await createTestCluster();
  await sql("alter role postgres password 'a secret'");
});
afterAll(() => cluster.stop());
afterEach(async () => {
  await purge(project.path);
  project.remove();
});

const sql = (text: string, url = cluster.url()) => withClient(url, (client) => client.query(text));
const given = () => cluster.url().replace("postgres@", "postgres:a%20secret@");

/** Everything that a stack could have left on the server. */
async function inventory(): Promise<string[]> {
  const { rows } = await sql(
    `select 'database ' || datname as name from pg_database
     union all select 'role ' || rolname from pg_roles where rolname !~ '^pg_' order by 1`,
  );
  return rows.map(({ name }) => String(name));
}

/** Local clusters let everybody in; what the server keeps of a password (RFC 5802) shows which one it is. */
function isVerifierOf(password: string, verifier: string): boolean {
  const [, rounds, salt, stored] = /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):/.exec(verifier) ?? [];
  const salted = pbkdf2Sync(password, Buffer.from(salt!, "base64"), Number(rounds), 32, "sha256");
  const clientKey = createHmac("sha256", salted).update("Client Key").digest();
  return createHash("sha256").update(clientKey).digest("base64") === stored;
}

function start(options: Partial<StackOptions> = {}) {
  return startStack({ directory: project.path, postgres: given(), ...options });
}

test("serves a project from a database of its own, and down --purge leaves the server as it was", async () => {
  project = demoProject();
  const before = await inventory();
  const stack = await start();
  expect(await readNotes(stack, "alice")).toMatchObject({ status: 200, body: [{}, {}] });
  expect(await readNotes(stack)).toMatchObject({ status: 401 });
  expect(stack.info().databaseUrl).toMatch(/\/flux_dev_demo_d3e0d3e_[0-9a-f]{6}_v2$/);
  expect(stack.info().servers.postgres).toMatch(/^given 127\.0\.0\.1:\d+ \(16\./);
  await stack.withDatabase((client) => client.query("create table kept (id int)"));
  await stack.stop();

  await using again = await start();
  await again.withDatabase((client) => client.query("select from kept"));
  await again.stop();
  expect(await inventory()).not.toEqual(before);
  await purge(project.path);
  expect(await inventory()).toEqual(before);
});

test("a throw-away stack leaves nothing", async () => {
  project = demoProject();
  const before = await inventory();
  const stack = await start({ throwAway: true });
  expect(await readNotes(stack, "bob")).toMatchObject({ status: 200 });
  await stack.stop();
  expect(await inventory()).toEqual(before);
});

test("two stacks share a server, and one's purge leaves the other alone", async () => {
  project = demoProject();
  const other = demoProject();
  try {
    const [one, two] = await Promise.all([start(), start({ directory: other.path })]);
    expect(await readNotes(one!, "alice")).toMatchObject({ status: 200 });
    await one!.stop();
    await purge(project.path);
    expect(await readNotes(two!, "alice")).toMatchObject({ status: 200, body: [{}, {}] });
    await two!.stop();
  } finally {
    await purge(other.path);
    other.remove();
  }
});

test("a database and a password of one's own choice, as a PostgREST elsewhere must know them", async () => {
  project = demoProject({ database: "flux", secrets: { database: "chosen" } });
  const other = demoProject({ database: "flux" });
  try {
    await using stack = await start();
    expect(new URL(stack.info().databaseUrl).pathname).toBe("/flux");
    const { rows } = await sql("select rolpassword from pg_authid where rolname = 'authenticator'");
    expect(String(rows[0]!.rolpassword)).toSatisfy((verifier: string) => isVerifierOf("chosen", verifier));
    await expect(start({ directory: other.path })).rejects.toMatchObject({
      code: "IN_USE",
      why: expect.stringMatching(/^It belongs to the project demo-d3e0d3e-/),
    });
    await stack.stop();
    await purge(project.path);
    await sql("create database flux");
    await expect(start({ iKnow: true })).rejects.toMatchObject({
      code: "IN_USE",
      why: "Something other than flux-dev made it.",
    });
  } finally {
    await sql("drop database if exists flux");
    other.remove();
  }
});

test("one server serves one mode: roles are the server's", async () => {
  project = demoProject();
  await using stack = await start();
  await expect(stack.switchMode("v1")).rejects.toMatchObject({ code: "OTHER_MODE" });
  expect(await readNotes(stack, "alice")).toMatchObject({ status: 200 });
});

test("each mode may have a server of its own", async () => {
  const second = await createTestCluster();
  project = demoProject({ postgres: { v1: second.url(), v2: given() } });
  try {
    await using stack = await startStack({ directory: project.path });
    await stack.switchMode("v1");
    expect(new URL(stack.info().databaseUrl).port).toBe(String(second.port));
    await stack.stop();
    await purge(project.path);
  } finally {
    await second.stop();
  }
});

describe("looks before it changes anything", () => {
  async function refused(options: Partial<StackOptions> = {}) {
    const before = await inventory();
    const error = await start(options).then(
      async (stack) => stack.stop().then(() => expect.fail("was not refused")),
      (reason: unknown) => reason,
    );
    expect(await inventory()).toEqual(before);
    return error;
  }

  test("somebody's tables", async () => {
    project = demoProject();
    await sql("create table customers (id int)");
    try {
      expect(await refused()).toMatchObject({
        code: "LOOKS_LIKE_PRODUCTION",
        why: "The database postgres holds tables, views or functions of somebody's (1).",
      });
      await using stack = await start({ iKnow: true });
      expect(await readNotes(stack, "alice")).toMatchObject({ status: 200 });
      await stack.stop();
      await purge(project.path);
      await sql("select from customers");
    } finally {
      await sql("drop table customers");
    }
  });

  test("somebody's databases, and roles of the platform's names", async () => {
    project = demoProject();
    await sql("create database shop");
    await sql("create role anon");
    try {
      expect(await refused()).toMatchObject({
        code: "LOOKS_LIKE_PRODUCTION",
        why: expect.stringMatching(/other databases: shop\..*would be changed: anon\./s),
      });
    } finally {
      await sql("drop database shop");
      await sql("drop role anon");
    }
  });

  test("a user who is no superuser, another superuser, a wrong password, nobody there", async () => {
    project = demoProject();
    await sql("create role app login; create role boss login superuser");
    const as = (user: string) => cluster.url().replace("postgres@", `${user}@`);
    try {
      expect(await refused({ postgres: as("app") })).toMatchObject({ code: "NOT_SUPERUSER" });
      expect(await refused({ postgres: as("boss") })).toMatchObject({
        code: "NOT_SUPERUSER",
        why: expect.stringContaining("belong to the role postgres"),
      });
      expect(await refused({ postgres: "postgres://postgres@127.0.0.1:1/postgres" })).toMatchObject({
        code: "URL_UNUSABLE",
        why: expect.stringContaining("ECONNREFUSED"),
      });
    } finally {
      await sql("drop role app; drop role boss");
    }
  });
});
