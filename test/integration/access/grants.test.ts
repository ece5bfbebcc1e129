/** What GRANT decides, in small projects: tables, columns, functions, sequences, what RETURNING and upsert need. */
import { describe, expect, fluxTest } from "../../../src/testing/vitest/index.ts";

const representation = { headers: { Prefer: "return=representation" } };

// v1 grants everything on every table to everybody; what is to be missing has to be taken away.
const migrations = `
  create table employees (id int primary key, name text not null, salary int not null);
  create table inbox (id serial primary key, body text not null);
  create table settings (name text primary key, value text not null);
  -- Policies that let everything through, so that GRANT alone decides. (v1 refuses a push that lets people write without any.)
  alter table inbox enable row level security;
  alter table settings enable row level security;
  create policy inbox_open on inbox for all to authenticated using (true) with check (true);
  create policy settings_open on settings for all to authenticated using (true) with check (true);
  revoke all on employees, inbox, settings from anon, authenticated;
  grant select (id, name), update (name) on employees to authenticated;
  grant insert on inbox to authenticated;
  grant select, insert on settings to authenticated;
  create function secret() returns text language sql as $$ select 'x' $$;
  create function payroll() returns bigint language sql as $$ select sum(salary) from employees $$;
  create function payroll_for_all() returns bigint language sql security definer as $$ select sum(salary) from employees $$;
  revoke execute on function secret() from public, anon, authenticated;
`;
const seed =
  "insert into employees values (1, 'Ada', 10), (2, 'Bo', 20); insert into settings values ('theme', 'dark')";

for (const mode of ["v1", "v2"] as const) {
  const test = fluxTest({ mode, project: { slug: "grants", migrations, seed } });

  describe.concurrent(`grants, ${mode}`, () => {
    test("columns by name, and not all of them", async ({ flux }) => {
      await expect(await flux.as("alice").get("/employees?select=id,name")).toSeeRows(2);
      await expect(await flux.as("alice").get("/employees")).toBeDeniedBy("grants.column");
      await expect(await flux.as("alice").get("/employees?select=id&salary=gt.5")).toBeDeniedBy("grant", "employees");
    });

    test("a column that may be changed, and one that may not", async ({ flux }) => {
      const change = (body: object) => flux.as("alice").patch("/employees?id=eq.1", body);
      expect((await change({ name: "Ada L." })).status).toBe(204);
      await expect(await change({ salary: 1000 })).toBeDeniedBy("grant");
    });

    test("INSERT alone is enough, until the row is wanted back", async ({ flux }) => {
      const alice = flux.as("alice");
      expect((await alice.post("/inbox", { body: "x" })).status).toBe(201);
      await expect(await alice.post("/inbox", { body: "x" }, representation)).toBeDeniedBy("grants.returning");
      await expect(await alice.get("/inbox")).toBeDeniedBy("grants.table", "inbox");
    });

    test("an upsert needs UPDATE, although no row is in the way", async ({ flux }) => {
      const merge = { headers: { Prefer: "resolution=merge-duplicates" } };
      expect((await flux.as("alice").post("/settings", { name: "size", value: "1" })).status).toBe(201);
      const answer = await flux.as("alice").post("/settings", { name: "font", value: "1" }, merge);
      await expect(answer).toBeDeniedBy("grants.upsert");
    });

    test("EXECUTE that was revoked", async ({ flux }) => {
      await expect(await flux.as("alice").rpc("secret")).toBeDeniedBy("grants.function", "secret");
    });

    test("a function's body runs as its caller, unless it is a definer's", async ({ flux }) => {
      await expect(await flux.as("alice").rpc("payroll")).toBeDeniedBy("grants.function-body");
      expect((await flux.as("alice").rpc("payroll_for_all")).json()).toBe(30);
    });

    test("USAGE on the schema", async ({ flux }) => {
      const { apiSchema } = flux.info;
      const role = mode === "v1" ? "authenticated" : apiSchema.replace(/_api$/, "_role");
      await flux.sql`select 1`;
      await flux.stack.withDatabase((client) => client.query(`revoke usage on schema ${apiSchema} from ${role}`));
      await expect(await flux.as("alice").get("/settings")).toBeDeniedBy("grants.schema");
    });

    test("a table that nobody granted says so to strangers too", async ({ flux }) => {
      const answer = mode === "v1" ? await flux.withKey("anon").get("/inbox") : await flux.request("/inbox");
      await expect(answer).toBeUnauthorized();
    });

    test("the name of what is missing counts", async ({ flux }) => {
      const answer = await flux.as("alice").get("/inbox");
      await expect(answer).toBeDeniedBy("grant", "inbox");
      await expect(answer).not.toBeDeniedBy("grant", "settings");
      await expect(answer).not.toBeHiddenByPolicy();
    });

    test("an unknown table is not a missing grant", async ({ flux }) => {
      const answer = await flux.as("alice").get("/employes");
      expect(answer.status).toBe(404);
      await expect(answer).toBeDeniedBy("schema");
      await expect(answer).not.toBeDeniedBy("grant");
    });
  });
}
