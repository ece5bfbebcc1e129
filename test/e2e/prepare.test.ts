/** Databases for a PostgREST of one's own, and a stack that a machine configures: what compose is built on. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PreparedMode } from "../../src/stack/prepare.ts";
import { type CliDirectory, cliDirectory } from "../support/cli.ts";

let project: CliDirectory;
beforeAll(() => {
  project = cliDirectory();
});
afterAll(() => project.remove());

test("prints what a PostgREST needs, and leaves nothing running", async () => {
  const { code, stdout, stderr } = await project.run("prepare", "--mode", "both");
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/^# v1: the database \(embedded 16\.[\d.]+\) is ready for a PostgREST with$/m);
  expect(stdout).toMatch(/^PGRST_DB_URI=postgres:\/\/postgres@127\.0\.0\.1:\d+\/postgres$/m);
  expect(stdout).toMatch(/^PGRST_DB_PRE_REQUEST=public\.flux_set_tenant_context$/m);
  expect((await project.run("status")).code).toBe(1);

  const [v2] = await project.json<PreparedMode[]>("prepare", "--json");
  expect(v2!.mode).toBe("v2");
  expect(stdout).toContain(`PGRST_DB_URI=${v2!.postgrest["PGRST_DB_URI"]}\n`);
});

test("up serves the database that was prepared; only one of the two has the directory", async () => {
  const [prepared] = await project.json<PreparedMode[]>("prepare", "--json");
  const { databaseUrl } = await project.json("up", "--detach", "--json");
  expect(new URL(prepared!.postgrest["PGRST_DB_URI"]!).port).toBe(new URL(databaseUrl).port);
  expect(await project.run("status", "--check")).toMatchObject({ code: 0 });
  const { code, stderr } = await project.run("prepare");
  expect(code).toBe(1);
  expect(stderr).toContain("A stack for this directory is already running or starting.");
  await project.run("down");
  expect((await project.run("status", "--check")).code).toBe(1);
});

test("a machine says where state is kept, and what goes before the project's configuration", async () => {
  const elsewhere = cliDirectory();
  const state = join(dirname(elsewhere.path), "state");
  try {
    const secret = "a secret that the machine has chosen";
    const env = {
      FLUX_DEV_STATE_DIR: state,
      FLUX_DEV_CONFIG: JSON.stringify({ mode: "v1", secrets: { project: secret } }),
    };
    const { code, stdout, stderr } = await elsewhere.runWith(env, "prepare", "--json");
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ mode: "v1", postgrest: { PGRST_JWT_SECRET: secret } }]);
    expect(existsSync(join(elsewhere.path, ".flux-dev"))).toBe(false);
    expect(JSON.parse(readFileSync(join(state, "state.json"), "utf8"))).toMatchObject({
      secrets: { project: { v1: secret } },
    });
    const wrong = await elsewhere.runWith({ ...env, FLUX_DEV_CONFIG: '{"stirct": true}' }, "prepare");
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('FLUX_DEV_CONFIG: Unrecognized key: "stirct"');
  } finally {
    await elsewhere.remove();
  }
});
