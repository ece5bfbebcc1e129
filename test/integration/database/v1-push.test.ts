import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { resetDatabase } from "../../../src/database/reset.ts";
import { failure, type Harness, harness, project } from "./support/harness.ts";

let v1: Harness;
beforeAll(async () => {
  v1 = await harness("v1");
});
afterAll(() => v1.stop());
// An unsafe table blocks every later push.
afterEach(() => resetDatabase(v1.client, project, "v1"));

describe("a push on v1", () => {
  it("runs as the superuser with api, then public, in the path, and rewrites nothing", async () => {
    await v1.push(`
      create table notes (id int); alter table notes enable row level security;
      create policy p on notes to authenticated using (true);
      create extension citext;
      create table public.helper (id int);`);
    expect(
      await v1.rows(
        "select oid::regclass::text as name, relowner::regrole::text as owner, relforcerowsecurity as forced from pg_class where relname in ('notes', 'helper') order by 1",
      ),
    ).toEqual([
      { name: "api.notes", owner: "postgres", forced: false },
      { name: "helper", owner: "postgres", forced: false },
    ]);
    expect(
      await v1.column("select extnamespace::regnamespace::text from pg_extension where extname = 'citext'"),
    ).toEqual(["api"]);
  });

  it("refuses a table without row security, with every role and privilege, and keeps nothing", async () => {
    const error = await failure(v1.push("create table open_t (id int)"));
    expect(error).toMatchObject({
      sqlState: "42501",
      message:
        "Refusing push: unrestricted write on RLS-disabled exposed API table(s): api.open_t (anon DELETE, anon INSERT, anon TRUNCATE, anon UPDATE, authenticated DELETE, authenticated INSERT, authenticated TRUNCATE, authenticated UPDATE)",
      hint: "Enable row level security and add policies, or revoke INSERT/UPDATE/DELETE/TRUNCATE from anon, authenticated, and PUBLIC. Flux does not change the schema automatically.",
      file: "migrations/x.sql",
    });
    expect(await v1.column("select to_regclass('api.open_t')")).toEqual([null]);
  });

  it("counts what PUBLIC and membership give, and partitioned tables, but not views", async () => {
    const error = await failure(
      v1.push(`
        create table b_public (id int); revoke all on b_public from anon, authenticated; grant insert on b_public to public;
        create table a_parent (id int) partition by list (id); revoke all on a_parent from anon; revoke insert, update, truncate on a_parent from authenticated;
        create view c_view as select 1 as one;`),
    );
    expect(error["message"]).toBe(
      "Refusing push: unrestricted write on RLS-disabled exposed API table(s): api.a_parent (authenticated DELETE); api.b_public (anon INSERT, authenticated INSERT, PUBLIC INSERT)",
    );
  });

  it("warns, on every push, of what is merely suspicious", async () => {
    const warnings = [
      "Flux security warning: RLS disabled on api.nobody (no effective privileges for anon, authenticated, or PUBLIC). Unrestricted reads may be intentional or sensitive; this is not an automatic migration failure.",
      "Flux security warning: RLS enabled on api.policyless but no policies exist. Postgres denies non-owner access by default, so this is secure but likely unusable.",
      "Flux security warning: RLS disabled on api.readable (read-only PostgREST access). Unrestricted reads may be intentional or sensitive; this is not an automatic migration failure.",
    ];
    const first = await v1.push(
      `create table nobody (id int); revoke all on nobody from anon, authenticated;
       create table policyless (id int); alter table policyless enable row level security;
       create table readable (id int); revoke insert, update, delete, truncate on readable from anon, authenticated;`,
      { mode: "versioned", name: "001.sql" },
    );
    expect(first.warnings).toEqual(warnings);
    expect((await v1.push("select 1")).warnings).toEqual(warnings);
  });

  it("audits even when there is nothing to apply, and an old open table blocks other pushes", async () => {
    const push = () => v1.push("select 1", { mode: "versioned", name: "001.sql" });
    expect((await push()).outcome).toBe("applied");
    expect((await push()).outcome).toBe("skipped");
    await v1.client.query("create table api.old (id int)");
    expect((await failure(push()))["message"]).toContain("api.old");
    expect((await failure(v1.push("select 2")))["message"]).toContain("api.old");
  });

  it("places an error in the file", async () => {
    expect(await failure(v1.push("select 1;\nselect 'é', nope;"))).toMatchObject({
      file: "migrations/x.sql",
      line: 2,
      column: 13,
      sqlState: "42703",
      statement: "select 'é', nope",
    });
  });

  it("lets a COMMIT end the transaction, as psql does, and says so", async () => {
    const { warnings } = await v1.push("begin;\ncreate view one as select 1;\ncommit;\nvacuum pg_class;");
    expect(warnings).toEqual([
      "migrations/x.sql:3: COMMIT ends the push's transaction; if a later statement or the security audit fails, what came before it stays.",
    ]);
    expect(await v1.column("select to_regclass('api.one')::text")).toEqual(["api.one"]);
  });

  it("says what only psql can run", async () => {
    expect(await failure(v1.push("select 1;\n\\d notes"))).toMatchObject({
      message: "psql command \\d cannot be run by the emulator",
      line: 2,
    });
    expect(await failure(v1.push("copy t (id) from stdin;\n1\n\\.\n"))).toMatchObject({
      message: "COPY … FROM STDIN with inline data cannot be run by the emulator",
    });
  });

  it("does not mind the words that v2 refuses", async () => {
    await v1.push(
      "create table m (role text); alter table m enable row level security; update m set role = 'x'; set local role anon; reset role",
    );
  });
});
