/** What is left in the engine of a start that was killed half way: found by its labels, by whoever comes next. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { connectEngine } from "../../src/postgres/docker/engine.ts";
import { runLabels } from "../../src/postgres/docker/labels.ts";
import { purge, tidyUp } from "../../src/stack/purge.ts";
import { startStack } from "../../src/stack/start.ts";
import { demoProject, type ProjectDirectory, readNotes } from "../support/demo-project.ts";
import { images, leftovers, nothing, onImages, without } from "../support/docker.ts";
import { eventually } from "../support/processes.ts";

describe.skipIf(without("postgresV2"))("the very first up", () => {
  let project: ProjectDirectory;
  const options = { postgres: "docker" };

  /** Killed with its volume and network made, and its container not yet. */
  beforeEach(async () => {
    project = demoProject(onImages());
    const script = fileURLToPath(new URL("../support/killed-start.ts", import.meta.url));
    const args = ["--import", "tsx", script, project.path, JSON.stringify(options), `Starting ${images.postgresV2}`];
    const child = spawn(process.execPath, args, { stdio: "ignore" });
    const [, signal] = await once(child, "exit");
    expect(signal).toBe("SIGKILL");
    // The reaper takes what lives as long as the run; the volume is meant to outlive it.
    await eventually("the network is gone", async () => (await leftovers(project.path)).networks.length === 0, 30_000);
    expect((await leftovers(project.path)).volumes).toHaveLength(1);
  });
  afterEach(async () => {
    await purge(project.path);
    project.remove();
  });

  test("down --purge removes its volume", async () => {
    const { volumes } = await leftovers(project.path);
    expect(await purge(project.path)).toContain(`volume ${volumes[0]}`);
    expect(await leftovers(project.path)).toEqual(nothing);
  });

  test("the next up begins afresh with it", async () => {
    await using stack = await startStack({ directory: project.path, ...options });
    expect(await readNotes(stack, "alice")).toMatchObject({ status: 200, body: [{}, {}] });
    await stack.stop();
    expect(await leftovers(project.path)).toMatchObject({ containers: [], networks: [], volumes: [expect.anything()] });
  });

  test("down removes what even the reaper could not, and leaves the data", async () => {
    const { api } = await connectEngine(project.path);
    // What an engine finishes after its client and the reaper are gone, and what is left after a power cut.
    const child = spawn(process.execPath, ["--eval", ""]);
    await once(child, "exit");
    const own = Object.entries(runLabels("test-run", project.path));
    // As if that process had been the owner: it is gone.
    const labels = Object.fromEntries(
      own.map(([key, value]) => [key, value.replace(`/${process.pid}/`, `/${child.pid}/`)]),
    );
    const network = await api.createNetwork({ Name: `flux-dev-test-${child.pid}`, Labels: labels });
    const container = await api.createContainer({
      Image: images.postgresV2,
      Env: ["POSTGRES_PASSWORD=postgres"],
      name: `flux-dev-test-${child.pid}-postgres-v2`,
      Labels: labels,
      HostConfig: { NetworkMode: network.id },
    });
    await container.start();
    const { volumes } = await leftovers(project.path);
    // Whatever starts on this machine meanwhile sweeps as well, and may be first.
    const left = [`container flux-dev-test-${child.pid}-postgres-v2`, `network flux-dev-test-${child.pid}`];
    expect(left).toEqual(expect.arrayContaining(await tidyUp(project.path)));
    expect(await leftovers(project.path)).toEqual({ ...nothing, volumes });
  });
});
