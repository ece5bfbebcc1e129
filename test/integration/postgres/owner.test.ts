/** A server must not outlive the process that started it, however that process ends. */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually, isAlive, processesWith, startScript } from "../../support/processes.ts";

interface Line {
  readonly pid: number;
  readonly port: number;
  readonly code?: string;
}

let directory: string;
beforeEach(() => {
  directory = join(tmpdir(), `flux-dev-test-${randomUUID()}`);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test("kill -9 of the owner stops the server and removes data that was to be thrown away", async () => {
  const { child, line } = await startScript<Line>("cluster-owner.ts", [directory, "--remove"]);
  child.kill("SIGKILL");
  await eventually("the server is gone", () => !isAlive(line.pid));
  await eventually("the directory is gone", () => !existsSync(directory));
  await eventually("no process is left", async () => (await processesWith(directory)).length === 0);
});

test("when the watchdog was killed too, the next start stops the orphan", async () => {
  const { child, line } = await startScript<Line>("cluster-owner.ts", [directory, "--remove"]);
  const watchdog = (await processesWith(directory)).find(({ command }) => command.includes("flux-dev-watchdog"));
  process.kill(watchdog!.pid, "SIGKILL");
  child.kill("SIGKILL");
  await new Promise((resolve) => child.once("exit", resolve));
  expect(isAlive(line.pid)).toBe(true);
  const next = await startScript<Line>("cluster-owner.ts", [directory, "--stop", "--remove"]);
  expect(next.line.code).toBeUndefined();
  expect(isAlive(line.pid)).toBe(false);
  await eventually("no process is left", async () => (await processesWith(directory)).length === 0);
});
