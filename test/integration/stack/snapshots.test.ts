/** Snapshots: taken while the stack runs or rests, returned to likewise. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { restoreAtRest } from "../../../src/stack/restore.ts";
import type { RunningStack } from "../../../src/stack/running-stack.ts";
import { listSnapshots, removeSnapshot, saveSnapshot } from "../../../src/stack/snapshots.ts";
import { startStack } from "../../../src/stack/start.ts";

const directory = mkdtempSync(join(tmpdir(), "flux-dev-snapshots-"));
let stack: RunningStack;
beforeAll(async () => {
  // Postgres runs as somebody else when we are root.
  chmodSync(directory, 0o755);
  stack = await startStack({ directory, mode: "v2" });
});
afterAll(async () => {
  await stack.stop();
  rmSync(directory, { recursive: true, force: true });
});

const sql = (text: string) =>
  stack.withDatabase(async (client) => {
    await client.query(`set search_path to ${stack.info().apiSchema}`);
    return (await client.query(text)).rows;
  });
const notes = async () => Number((await sql("select count(*) from notes"))[0].count);

async function alicesNotes(): Promise<number> {
  const { token } = stack.token({ user: "alice" });
  const headers = [["Authorization", `Bearer ${token}`]] as const;
  const answer = await stack.request({ method: "GET", path: "/notes", query: "", headers, body: Buffer.alloc(0) });
  return JSON.parse(answer.body.toString()).length;
}

test("a copy of a running stack disturbs nobody, and the stack returns to it", async () => {
  const writing = sql("insert into notes (owner_id, body) select 'x', 'y' from generate_series(1, 20000)");
  const [saved] = await Promise.all([saveSnapshot(directory, "before"), writing]);
  expect(saved).toMatchObject({ name: "before", modes: ["v2"] });
  await sql("truncate notes");
  await stack.restore("before");
  // The insert was under way: all of it was in the copy, or none.
  expect([3, 20_003]).toContain(await notes());
  expect(await alicesNotes()).toBe(2);
});

test("an own database of each mode comes back with it", async () => {
  await stack.switchMode("v1");
  await saveSnapshot(directory, "both");
  await sql("drop table notes cascade");
  await stack.restore("both");
  expect(await notes()).toBe(3);
  expect(stack.mode).toBe("v1");
  await stack.switchMode("v2");
  expect(await alicesNotes()).toBe(2);
});

test("at rest: saved, restored, and started from", async () => {
  await stack.stop();
  await saveSnapshot(directory, "rest");
  stack = await startStack({ directory, mode: "v2" });
  await sql("delete from notes");
  await stack.stop();
  await restoreAtRest(directory, "rest");
  stack = await startStack({ directory, mode: "v2" });
  expect(await alicesNotes()).toBe(2);
  await sql("delete from notes");
  await stack.stop();
  stack = await startStack({ directory, mode: "v2", from: "rest" });
  expect(await alicesNotes()).toBe(2);
});

test("a name again replaces; names are listed and removed; a wrong one is told", async () => {
  expect(listSnapshots(directory).map(({ name }) => name)).toEqual(["before", "both", "rest"]);
  await saveSnapshot(directory, "before");
  expect(listSnapshots(directory).map(({ name }) => name)).toEqual(["both", "rest", "before"]);
  await removeSnapshot(directory, "both");
  await expect(removeSnapshot(directory, "both")).rejects.toMatchObject({ why: "There are: rest, before." });
  await expect(stack.restore("both")).rejects.toThrow('There is no snapshot "both".');
  await expect(saveSnapshot(directory, "../elsewhere")).rejects.toThrow("cannot be the name of a snapshot");
  expect(await alicesNotes()).toBe(2);
});
