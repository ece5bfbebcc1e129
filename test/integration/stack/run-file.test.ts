/** One owner per directory, whatever earlier owners left behind. */
import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { processInfo } from "../../../src/postgres/process-info.ts";
import { claimRun, publishControl, readRun, releaseRun, runLost } from "../../../src/stack/run-file.ts";

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "flux-dev-run-"));
  path = join(directory, "run.json");
});
afterEach(() => rm(directory, { recursive: true }));

test("claimed once, published, released", () => {
  claimRun(path);
  expect(readRun(path)).toEqual({ pid: process.pid, started: expect.any(String) });
  expect(() => claimRun(path)).toThrow(expect.objectContaining({ code: "ALREADY_RUNNING" }));
  publishControl(path, { url: "http://127.0.0.1:1", token: "t" });
  expect(readRun(path)?.control).toEqual({ url: "http://127.0.0.1:1", token: "t" });
  releaseRun(path);
  expect(readRun(path)).toBeUndefined();
  claimRun(path);
});

test("the record of a dead process, of a reused number, and rubbish do not count", async () => {
  const child = spawn(process.execPath, ["-e", ""]);
  const { pid } = child;
  const started = processInfo(pid!)?.started;
  await new Promise((resolve) => child.once("exit", resolve));
  for (const text of [
    JSON.stringify({ pid, started }),
    JSON.stringify({ pid: process.pid, started: "some other time" }),
    "",
  ]) {
    writeFileSync(path, text);
    expect(readRun(path)).toBeUndefined();
    claimRun(path);
    expect(readRun(path)?.pid).toBe(process.pid);
  }
});

test("another live process keeps what it has", async () => {
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
  const record = { pid: child.pid!, started: processInfo(child.pid!)!.started };
  writeFileSync(path, JSON.stringify(record));
  expect(() => claimRun(path)).toThrow(expect.objectContaining({ why: `It is process ${child.pid}.` }));
  releaseRun(path);
  expect(readRun(path)).toEqual(record);
  child.kill("SIGKILL");
});

test("a record that is removed, or becomes another's, is lost", async () => {
  let lost = 0;
  const watch = () => runLost(path, 5).then(() => (lost += 1));
  claimRun(path);
  const removed = watch();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(lost).toBe(0);
  await rm(path);
  await removed;
  writeFileSync(path, JSON.stringify({ pid: process.pid + 1, started: "" }));
  await watch();
  expect(lost).toBe(2);
});
