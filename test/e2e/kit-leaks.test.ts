/** Projects under test leave nothing: no process, no port, no shared memory, no directory, however their owner ends. */
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually, processesWith, startScript } from "../support/processes.ts";

interface Ground {
  readonly urls: readonly string[];
  readonly shm: number;
  readonly files: readonly string[];
}

/** Everything temporary of one test, Postgres' data included, is made in here. */
let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "flux-dev-leaks-"));
  // As /tmp is: Postgres runs as somebody else when we are root.
  chmodSync(scratch, 0o1777);
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

const start = (...args: string[]) => startScript<Ground[]>("flux-owner.ts", args, { env: { TMPDIR: scratch } });

const listens = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.once("connect", () => socket.destroy() && resolve(true)).once("error", () => resolve(false));
  });

/** Ids of the System V segments there are; Postgres holds one per server, also on Linux. */
function sharedMemory(): number[] {
  if (process.platform !== "linux") return [];
  const lines = execFileSync("ipcs", ["-m"], { encoding: "utf8" }).split("\n");
  return lines.map((line) => Number(line.split(/\s+/)[1])).filter(Number.isInteger);
}

async function nothingIsLeft(grounds: readonly Ground[]): Promise<void> {
  // tsx keeps what it has compiled.
  await eventually("no directory is left", () => readdirSync(scratch).every((name) => name.startsWith("tsx-")), 30_000);
  await eventually("no process is left", async () => (await processesWith(scratch)).length === 0, 30_000);
  for (const url of new Set(grounds.flatMap(({ urls }) => urls))) expect(await listens(url), url).toBe(false);
  const memory = sharedMemory();
  for (const { shm, files } of grounds) {
    expect(memory).not.toContain(shm);
    expect(files.filter((file) => existsSync(file))).toEqual([]);
  }
}

test("20 × start and stop, with forks left open", async () => {
  const { line, child } = await start("loop", "20");
  if (child.exitCode === null) await new Promise((resolve) => child.once("exit", resolve));
  expect(child.exitCode).toBe(0);
  expect(line).toHaveLength(40);
  await nothingIsLeft(line);
});

test.each([0, 150, 600])("kill -9 while it forks, after %i ms", async (delay) => {
  const { line, child } = await start("hold");
  expect(sharedMemory()).toContain(line[0]!.shm);
  expect(line[0]!.files.map((file) => existsSync(file))).toContain(true);
  await sleep(delay);
  child.kill("SIGKILL");
  await nothingIsLeft(line);
});

test.each(["a data directory", "a server"])("kill -9 as soon as there is %s", async (what) => {
  const owner = join(import.meta.dirname, "../support/flux-owner.ts");
  const child = spawn(process.execPath, ["--import", "tsx", owner, "hold"], {
    env: { ...process.env, TMPDIR: scratch },
    stdio: "ignore",
  });
  const found = () => readdirSync(scratch).filter((name) => name.startsWith("flux-dev-pg-"));
  await eventually(
    what,
    () => found().some((name) => what === "a data directory" || existsSync(join(scratch, name, "postmaster.pid"))),
    30_000,
  );
  child.kill("SIGKILL");
  await nothingIsLeft([]);
});
