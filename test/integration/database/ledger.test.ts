import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failure, type Harness, harness } from "./support/harness.ts";

let v2: Harness;
beforeAll(async () => {
  v2 = await harness("v2");
});
afterAll(() => v2.stop());

const SCHEMA = "t_0123456789ab_api";
const SELECT_1 = "822ae07d4783158bc1912bb623e5107cc9002d519e1143a9c200ed6ee18b6d0f";
const SELECT_2 = "3cf988cc782b44bc24ceb17e445d9c3cfd06b6c848ecfff949e1bfdb9f705a61";

describe("ledger", () => {
  it("is not needed by raw pushes, which always run", async () => {
    expect((await v2.push("select 1")).outcome).toBe("applied");
    expect((await v2.push("select 1")).outcome).toBe("applied");
    expect(await v2.column("select to_regnamespace('flux')")).toEqual([null]);
  });

  it("of an older shape is rebuilt when empty and refused when not", async () => {
    await v2.client.query("create schema flux; create table flux.flux_migrations (version text primary key)");
    await v2.client.query("insert into flux.flux_migrations values ('a'), ('b')");
    expect(await failure(v2.push("select 1", { mode: "versioned" }))).toMatchObject({
      message: `flux.flux_migrations legacy global ledger has 2 row(s); tenant-scoped upgrade required — run bin/migrate-pooled-ledger.sh --assign-legacy-to ${SCHEMA}`,
    });
    await v2.client.query("delete from flux.flux_migrations");
    expect((await v2.push("select 1", { mode: "versioned", name: "000.sql" })).outcome).toBe("applied");
  });

  it("runs a versioned file once and refuses it when it has changed", async () => {
    const push = (sql: string, fromDirectory: boolean) =>
      v2.push(sql, { mode: "versioned", name: "001_a.sql", fromDirectory });
    expect(await push("select 1", true)).toMatchObject({ outcome: "applied", checksum: SELECT_1 });
    expect(await push("select 1", true)).toMatchObject({ outcome: "skipped", checksum: SELECT_1 });
    expect((await failure(push("select 2", true)))["message"]).toBe(
      `Migration checksum conflict\n\n001_a.sql was already applied, but its contents changed.\n\nApplied checksum: ${SELECT_1}\nCurrent checksum: ${SELECT_2}\n\nCreate a new migration instead of editing an applied migration.`,
    );
    expect((await failure(push("select 2", false)))["message"]).toBe(
      `Migration 001_a.sql was already applied with a different checksum.\nRefusing to mutate versioned migration history.\n\nApplied checksum: ${SELECT_1}\nCurrent checksum: ${SELECT_2}`,
    );
    expect(
      await v2.rows(
        "select tenant_schema, version, filename, checksum from flux.flux_migrations where version = '001_a.sql'",
      ),
    ).toEqual([{ tenant_schema: SCHEMA, version: "001_a.sql", filename: "001_a.sql", checksum: SELECT_1 }]);
  });

  it("runs a repeatable script when it changed or is forced", async () => {
    const push = (sql: string, force = false) =>
      v2.push(sql, { mode: "repeatable", shown: "views.sql", name: "views.sql", force });
    const runs = () => v2.rows("select script_id, filename, checksum, run_count from flux.flux_repeatable_scripts");
    expect(await push("select 1")).toMatchObject({ outcome: "applied" });
    expect(await push("select 1")).toMatchObject({ outcome: "skipped" });
    expect(await push("select 1", true)).toMatchObject({ outcome: "applied", previousChecksum: SELECT_1 });
    expect(await push("select 2")).toMatchObject({
      outcome: "applied",
      previousChecksum: SELECT_1,
      checksum: SELECT_2,
    });
    expect(await runs()).toEqual([{ script_id: "views.sql", filename: "views.sql", checksum: SELECT_2, run_count: 3 }]);
  });

  it("has no row for a push that failed", async () => {
    await failure(v2.push("select nope", { mode: "versioned", name: "002.sql" }));
    expect(await v2.column("select version from flux.flux_migrations where version = '002.sql'")).toEqual([]);
  });

  it("belongs to the superuser and is closed to everybody else", async () => {
    expect(
      await v2.rows(
        "select relname, relowner::regrole::text as owner, relacl from pg_class where relnamespace = 'flux'::regnamespace and relkind = 'r' order by 1",
      ),
    ).toEqual([
      { relname: "flux_migrations", owner: "postgres", relacl: null },
      { relname: "flux_repeatable_scripts", owner: "postgres", relacl: null },
    ]);
    expect(await v2.column("select nspacl from pg_namespace where nspname = 'flux'")).toEqual([null]);
  });
});
