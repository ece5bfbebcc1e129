/** The command line over containers: what it says, what it keeps, and what is left after `down` and after `kill -9`. */
import { cpSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { type CliDirectory, cliDirectory, paste, type UpInfo } from "../support/cli.ts";
import { leftovers, nothing, onImages, without } from "../support/docker.ts";
import { eventually } from "../support/processes.ts";

const demo = fileURLToPath(new URL("../../fixtures/demo", import.meta.url));

let project: CliDirectory;
afterEach(async () => {
  await project.run("down", "--purge");
  await project.remove();
});

function ready(): CliDirectory {
  const directory = cliDirectory();
  cpSync(demo, directory.path, { recursive: true });
  directory.write("flux-dev.config.json", JSON.stringify(onImages({ postgres: "docker", postgrest: "docker" })));
  return directory;
}
const up = (): Promise<UpInfo> => project.json("up", "--detach", "--json");

test.skipIf(without("postgresV2", "postgrestV2"))("the log, the kept data, down and purge", async () => {
  project = ready();
  const info = await up();
  expect(paste(info.examples[0]!.curl).status).toBe(200);
  expect((await project.run("logs", "--postgres", "v2")).stdout).toContain("ready to accept connections");
  expect((await project.run("logs")).stdout).toMatch(/ postgrest +\S/);
  const running = await leftovers(project.path);
  expect([running.containers.length, running.networks.length, running.volumes.length]).toEqual([2, 1, 1]);
  await project.run("down");
  expect(running.volumes[0]).toMatch(/^flux-dev-[0-9a-f]{12}-postgres-v2$/);
  expect(await leftovers(project.path)).toEqual({ ...nothing, volumes: running.volumes });
  await project.json("down", "--purge", "--json");
  expect(await leftovers(project.path)).toEqual(nothing);
});

test.skipIf(without("postgresV2", "postgrestV2"))(
  "kill -9: the containers go with their owner, and the next up works",
  async () => {
    project = ready();
    const first = await up();
    process.kill(first.pid, "SIGKILL");
    await eventually(
      "no container is left",
      async () => {
        const { containers, networks } = await leftovers(project.path);
        return containers.length === 0 && networks.length === 0;
      },
      30_000,
    );
    const second = await up();
    expect(second.databaseUrl).toBe(first.databaseUrl);
    expect(paste(second.examples[0]!.curl).status).toBe(200);
  },
);

test.skipIf(without("postgresV2"))("doctor says which engine there is", async () => {
  project = ready();
  expect((await project.run("doctor")).stdout).toMatch(/^PASS +Postgres docker +Docker \d[^;]*; v2: \S+ is here/m);
});

test("without an engine the refusal says so", async () => {
  project = cliDirectory({ env: { DOCKER_HOST: "unix:///nonexistent/docker.sock" } });
  const { code, stderr } = await project.run("up", "--detach", "--postgres", "docker");
  expect(code).not.toBe(0);
  expect(stderr).toContain("No Docker engine answers.");
});
