import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cloneDatabase, dropDatabase, sealTemplate } from "../../../src/database/clone.ts";
import { bootstrapDatabase, provisionProject } from "../../../src/database/provision/provision.ts";
import { type Harness, harness, project } from "./support/harness.ts";

let v2: Harness;
beforeAll(async () => {
  v2 = await harness("v2");
  await v2.client.query("create database template_a");
  await on("template_a", async (client) => {
    await bootstrapDatabase(client, "v2");
    await provisionProject(client, project, "v2");
    await client.query("create table public.t as select 1 as id");
  });
  await v2.client.query("alter database template_a set search_path = a, b");
  await sealTemplate(v2.client, "template_a");
});
afterAll(() => v2.stop());

async function on<Result>(database: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client(v2.cluster.url().replace(/\/postgres$/, `/${database}`));
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

describe("a copy of a database", () => {
  it("has the template's data and its role settings, and is independent", async () => {
    await cloneDatabase(v2.client, "template_a", "copy_1");
    await on("copy_1", (client) => client.query("insert into public.t values (2)"));
    await cloneDatabase(v2.client, "template_a", "copy_2");
    expect(await on("copy_2", async (client) => (await client.query("select id from public.t")).rows)).toEqual([
      { id: 1 },
    ]);
    expect(
      await v2.rows(
        `select coalesce(r.rolname, '(all)') as role, setconfig from pg_db_role_setting s join pg_database d on d.oid = setdatabase
           left join pg_roles r on r.oid = setrole where datname = 'copy_2' order by 1`,
      ),
    ).toEqual([
      { role: "(all)", setconfig: ["search_path=a, b"] },
      { role: "t_0123456789ab_role", setconfig: ["statement_timeout=15000ms"] },
    ]);
    expect(await on("copy_2", async (client) => (await client.query("show search_path")).rows)).toEqual([
      { search_path: "a, b" },
    ]);
  });

  it("can be made several at a time", async () => {
    const names = Array.from({ length: 4 }, (_, index) => `parallel_${index}`);
    await Promise.all(names.map((name) => on("postgres", (client) => cloneDatabase(client, "template_a", name))));
    expect(await v2.column("select count(*)::int from pg_database where datname like 'parallel%'")).toEqual([4]);
  });

  it("goes away with whoever is connected, sealed or not, and leaves no settings", async () => {
    const client = new Client(v2.cluster.url().replace(/\/postgres$/, "/copy_1"));
    const ended = new Promise((resolve) => client.on("error", resolve));
    await client.connect();
    await dropDatabase(v2.client, "copy_1");
    await ended;
    await expect(on("template_a", async () => {})).rejects.toThrow("not currently accepting connections");
    await dropDatabase(v2.client, "template_a");
    await dropDatabase(v2.client, "never_existed");
    expect(await v2.column("select datname from pg_database where datname in ('copy_1', 'template_a')")).toEqual([]);
    expect(
      await v2.column(
        "select 1 from pg_db_role_setting where setdatabase not in (select oid from pg_database) and setdatabase <> 0",
      ),
    ).toEqual([]);
  });
});
