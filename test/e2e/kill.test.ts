/** `kill -9` of the command line, of Postgres, of both: the next `up` works, and nothing stays behind. */
import { existsSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CliDirectory, cliDirectory, paste, type UpInfo } from "../support/cli.ts";
import { eventually, isAlive, processesWith } from "../support/processes.ts";

let project: CliDirectory;
beforeAll(() => {
  project = cliDirectory();
});
afterAll(() => project.remove());

const up = () => project.json("up", "--detach", "--json");
const postmaster = () =>
  Number(readFileSync(join(project.path, ".flux-dev", "data", "v2", "postmaster.pid"), "utf8").split("\n")[0]);

async function answers(info: UpInfo): Promise<void> {
  await eventually("the stack answers", async () => paste(info.examples[0]!.curl).status === 200);
}

test("the owner", async () => {
  const first = await up();
  const server = postmaster();
  process.kill(first.pid, "SIGKILL");
  await eventually("Postgres is gone with its owner", () => !isAlive(server));
  expect((await project.run("status")).code).toBe(1);
  const second = await up();
  expect(second).toMatchObject({ serviceUrl: first.serviceUrl, databaseUrl: first.databaseUrl });
  await answers(second);
});

test("Postgres: the running stack starts it again", async () => {
  const info = await up();
  const server = postmaster();
  process.kill(server, "SIGKILL");
  await eventually(
    "another Postgres",
    () => existsSync(join(project.path, ".flux-dev/data/v2/postmaster.pid")) && postmaster() !== server,
  );
  await answers(info);
  // Meanwhile each request left a line of its own.
  const { stdout } = await project.run("logs", "--lines", "1000");
  expect(stdout).toContain("ended unexpectedly; starting it again");
});

test("both, and the watchdog too: the next up stops the orphan or mends what it left", async () => {
  const info = await up();
  const server = postmaster();
  const watchdogs = (await processesWith("flux-dev-watchdog")).filter(({ parent }) => parent === info.pid);
  for (const { pid } of watchdogs) process.kill(pid, "SIGKILL");
  process.kill(info.pid, "SIGKILL");
  expect(isAlive(server)).toBe(true);
  const second = await up();
  expect(isAlive(server)).toBe(false);
  await answers(second);
  const again = postmaster();
  process.kill(second.pid, "SIGKILL");
  process.kill(again, "SIGKILL");
  const third = await up();
  await answers(third);
});

test("down leaves no process and no port", async () => {
  const info = await up();
  await project.run("down");
  await eventually("no process is left", async () => (await processesWith(project.path)).length === 0);
  for (const url of [info.directUrl, info.postgrestUrl, info.idpUrl]) await expect(fetch(url)).rejects.toThrow();
});

test(".flux-dev removed under it: no command finds the stack, so it ends by itself", async () => {
  const info = await up();
  await rm(join(project.path, ".flux-dev"), { recursive: true, force: true });
  await eventually("the owner is gone", () => !isAlive(info.pid));
  await eventually("no process is left", async () => (await processesWith(project.path)).length === 0);
});
