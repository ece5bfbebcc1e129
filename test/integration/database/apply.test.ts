import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ApplyFiles, applyProject } from "../../../src/database/apply.ts";
import { resetDatabase } from "../../../src/database/reset.ts";
import { seedSql } from "../../../src/database/seed.ts";
import { pushTarget, seedFiles } from "../../../src/project/discover.ts";
import { DEMO_DIRECTORY, loadProject } from "../../../src/project/project.ts";
import { failure, type Harness, harness, project } from "./support/harness.ts";

const harnesses = { v1: await harness("v1"), v2: await harness("v2") };
const schemas = { v1: "api", v2: "t_0123456789ab_api" };
const userRoles = { v1: "authenticated", v2: "t_0123456789ab_role" };
afterAll(() => Promise.all(Object.values(harnesses).map((one) => one.stop())));

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "flux-dev-apply-"));
  mkdirSync(join(directory, "migrations"));
});
afterEach(() => rmSync(directory, { recursive: true }));
const write = (name: string, sql: string) => writeFileSync(join(directory, name), sql);
const files = () => ({ migrations: [pushTarget(directory)], seeds: seedFiles(directory, undefined, "flux.json") });

const TABLE = `create table notes (id int primary key, owner_id text not null);
alter table notes enable row level security;
create policy p on notes to authenticated using (owner_id = auth.uid());`;

describe.each(["v1", "v2"] as const)("a project on %s", (mode) => {
  const db: Harness = harnesses[mode];
  const apply = (sqlFiles: ApplyFiles = files()) => applyProject(db.client, project, mode, sqlFiles);
  afterEach(() => resetDatabase(db.client, project, mode, "secret"));

  it("is applied in name order, seeds last, and skips what it has", async () => {
    write("migrations/9_last.sql", "alter table notes add body text");
    write("migrations/10_first.sql", TABLE);
    write("seed.sql", "\uFEFFinsert into notes (id, owner_id) values (1, 'user_1')");
    const outcomes = (done: Awaited<ReturnType<typeof apply>>) =>
      done.map(({ file, result }) => [file.shown, result?.outcome]);
    expect(outcomes(await apply())).toEqual([
      ["migrations/10_first.sql", "applied"],
      ["migrations/9_last.sql", "applied"],
      ["seed.sql", undefined],
    ]);
    expect(outcomes(await apply({ ...files(), seeds: [] }))).toEqual([
      ["migrations/10_first.sql", "skipped"],
      ["migrations/9_last.sql", "skipped"],
    ]);
    expect(await db.as(userRoles[mode], { sub: "user_1" }, `select id from ${schemas[mode]}.notes`)).toEqual([
      { id: 1 },
    ]);
  });

  it("refuses a file that is no UTF-8 text, as PowerShell writes it", async () => {
    writeFileSync(join(directory, "migrations/001.sql"), Buffer.from("\uFEFFselect 1", "utf16le"));
    const refused = { message: "migrations/001.sql: is not UTF-8 text.", next: expect.stringContaining("as UTF-8") };
    expect(await failure(apply())).toMatchObject(refused);
    writeFileSync(join(directory, "migrations/001.sql"), "select 1\0");
    expect(await failure(apply())).toMatchObject(refused);
  });

  it("keeps earlier files when a later one fails, and finds a changed one before it runs anything", async () => {
    write("migrations/001.sql", TABLE);
    write("migrations/002.sql", "select nope");
    expect(await failure(apply())).toMatchObject({ file: "migrations/002.sql", line: 1, column: 8 });
    expect(await db.column("select version from flux.flux_migrations")).toEqual(["001.sql"]);
    write("migrations/000.sql", "create view early as select 1");
    write("migrations/001.sql", `${TABLE} -- edited`);
    expect((await failure(apply()))["message"]).toContain("001.sql was already applied, but its contents changed.");
    expect(await db.column(`select to_regclass('${schemas[mode]}.early')`)).toEqual([null]);
  });

  it("is gone after a reset, and can be applied again", async () => {
    write("migrations/001.sql", TABLE);
    await apply();
    await resetDatabase(db.client, project, mode, "secret");
    expect(await db.column(`select to_regclass('${schemas[mode]}.notes')`)).toEqual([null]);
    expect((await apply())[0]?.result?.outcome).toBe("applied");
  });

  it("runs the demo, where nothing warns and every kind of answer is there", async () => {
    const demo = await loadProject(DEMO_DIRECTORY);
    const done = await apply(demo);
    expect(done.flatMap(({ result }) => [...(result?.warnings ?? []), ...(result?.notices ?? [])])).toEqual([]);
    const [alice, bob, carol] = demo.users.map((user) => ({ sub: user.id, org_id: user.organizations[0]?.id }));
    const role = userRoles[mode];
    const count = async (table: string, claims: object) =>
      (await db.as(role, claims, `select * from ${schemas[mode]}.${table}`)).length;
    expect(await count("notes", alice!)).toBe(2);
    expect([await count("notes", bob!), await count("notes", carol!), await count("my_notes", alice!)]).toEqual([
      1, 0, 2,
    ]);
    expect([await count("posts", alice!), await count("posts", bob!), await count("comments", carol!)]).toEqual([
      3, 2, 1,
    ]);
    // On the platform the gateway drops org_id on v2; here the claim is passed on, so the policy itself can be checked.
    expect([await count("documents", alice!), await count("documents", { sub: alice!.sub })]).toEqual([2, 0]);
    await expect(count("audit_log", alice!)).rejects.toThrow("permission denied for table audit_log");
    await expect(db.as("anon", {}, `select * from ${schemas[mode]}.notes`)).rejects.toThrow("permission denied");
    const [who] = await db.as<{ who: object }>(
      role,
      alice!,
      `set local search_path = ${schemas[mode]}`,
      "select whoami() as who",
    );
    expect(who!.who).toMatchObject({ uid: alice!.sub, role });
  });
});

describe("seeding on v2", () => {
  const db = harnesses.v2;
  const seed = (sql: string) => seedSql(db.client, project, "v2", { shown: "seed.sql", sql });
  const forced = () => db.column("select relname from pg_class where relforcerowsecurity order by 1");
  beforeEach(() =>
    db.push(`${TABLE}
    create table parent (id int) partition by list (id);
    alter table parent enable row level security; alter table parent force row level security;
    create table child partition of parent default;
    create table later (id int primary key, next int references later deferrable initially deferred);
    alter table later enable row level security;`),
  );
  afterEach(() => resetDatabase(db.client, project, "v2", "secret"));

  it("is not stopped by FORCE ROW LEVEL SECURITY, and puts it back", async () => {
    const before = await forced();
    expect(before).toEqual(["later", "notes", "parent"]);
    await seed(
      "insert into notes values (1, 'user_1'); insert into parent values (1); insert into later values (2, 1), (1, 2); grant insert on notes to authenticated;",
    );
    expect(await forced()).toEqual(before);
    expect(await db.column("select count(*)::int from t_0123456789ab_api.notes")).toEqual([1]);
    expect(
      await db.column(`select has_table_privilege('${userRoles.v2}', 't_0123456789ab_api.notes', 'insert')`),
    ).toEqual([true]);
  });

  it("changes nothing when it fails", async () => {
    const before = await forced();
    expect(
      await failure(seed("insert into notes values (1, 'user_1');\ninsert into notes values (1, 'user_1');")),
    ).toMatchObject({
      file: "seed.sql",
      line: 2,
      sqlState: "23505",
      detail: "Key (id)=(1) already exists.",
    });
    expect(await failure(seed("insert into later values (3, 4)"))).toMatchObject({
      file: "seed.sql",
      sqlState: "23503",
    });
    expect(await failure(seed("insert into notes values (1, 'x'); commit"))).toMatchObject({ sqlState: "2D000" });
    expect(await forced()).toEqual(before);
    expect(await db.column("select count(*)::int from t_0123456789ab_api.notes")).toEqual([0]);
  });

  it("forces what the seed itself creates", async () => {
    await seed(
      "create table made (id int); alter table made enable row level security; insert into made values (1); drop table parent",
    );
    expect(await forced()).toEqual(["later", "made", "notes"]);
  });
});
