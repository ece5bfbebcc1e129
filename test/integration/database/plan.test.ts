import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordedMigrations } from "../../../src/database/push/ledger.ts";
import { planPush } from "../../../src/database/push/plan.ts";
import type { PushTarget } from "../../../src/project/discover.ts";
import { failure, type Harness, harness, project } from "./support/harness.ts";

let v2: Harness;
beforeAll(async () => {
  v2 = await harness("v2");
});
afterAll(() => v2.stop());

const SCHEMA = "t_0123456789ab_api";
const file = (name: string, sql: string) => ({ name, path: "", shown: `migrations/${name}`, sql });
const target = (more: Partial<PushTarget>): PushTarget => ({
  kind: "directory",
  shown: "migrations",
  mode: "versioned",
  files: [],
  ...more,
});
const states = async (of: PushTarget, refuses = false) =>
  (await planPush(v2.client, project, "v2", of, refuses)).map(({ state }) => state);
const ledger = () => v2.column("select to_regnamespace('flux')");

describe("a plan", () => {
  const files = [file("1.sql", "create table a (id int)"), file("2.sql", "select 1")];

  it("runs nothing and makes no ledger", async () => {
    const [first] = await planPush(v2.client, project, "v2", target({ files }), true);
    expect(first).toMatchObject({ state: "pending", summary: [{ heading: "Creates", items: ["table a"] }] });
    expect(await recordedMigrations(v2.client, SCHEMA)).toEqual([]);
    expect(await ledger()).toEqual([null]);
    expect(await v2.column("select to_regclass('t_0123456789ab_api.a')")).toEqual([null]);
  });

  it("knows what is applied, and what has changed since", async () => {
    await v2.push("select 1", { mode: "versioned", name: "2.sql" });
    expect(await states(target({ files }))).toEqual(["pending", "applied"]);
    expect(await recordedMigrations(v2.client, SCHEMA)).toEqual([
      {
        version: "2.sql",
        appliedAt: expect.stringMatching(/^\d{4}-.*Z$/),
        checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
    const changed = target({ files: [files[0]!, file("2.sql", "select 2")] });
    expect(await states(changed)).toEqual(["pending", "conflict"]);
    expect(await failure(states(changed, true))).toMatchObject({
      message: expect.stringContaining("Migration checksum conflict\n\n2.sql was already applied"),
      file: "migrations/2.sql",
    });
  });

  it("refuses a file over 4 MiB only where a push would be rehearsed", async () => {
    const large = target({ files: [file("3.sql", `-- ${"x".repeat(4 * 1024 * 1024)}`)] });
    expect(await states(large)).toEqual(["pending"]);
    expect((await failure(states(large, true)))["message"]).toBe(
      "3.sql is larger than 4 MiB (server limit for flux push).",
    );
  });

  it("of a raw file is always pending, of a repeatable one when it has changed or is forced", async () => {
    const views = [file("views.sql", "select 1")];
    expect(await states(target({ kind: "file", mode: "raw", files: views }))).toEqual(["pending"]);
    await v2.push("select 1", { mode: "repeatable", name: "views.sql", id: "views" });
    const repeatable = { kind: "file", mode: "repeatable", files: views } as const;
    expect(await states(target({ ...repeatable, id: "views" }))).toEqual(["applied"]);
    expect(await states(target({ ...repeatable, id: "views", force: true }))).toEqual(["pending"]);
    expect(await states(target(repeatable))).toEqual(["pending"]);
    const changed = [file("views.sql", "select 2")];
    expect(await states(target({ ...repeatable, id: "views", files: changed }))).toEqual(["pending"]);
  });
});
