/** Postgres and PostgREST from images: the platform's, or the stand-ins that CI builds where no registry is reachable. */
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { purge } from "../../src/stack/purge.ts";
import { startStack } from "../../src/stack/start.ts";
import type { Flux } from "../../src/testing/flux.ts";
import { startFlux } from "../../src/testing/start.ts";
import { expectAccess } from "../../src/testing/verdicts/matchers.ts";
import { demoProject, type ProjectDirectory, readNotes } from "../support/demo-project.ts";
import { images, leftovers, nothing, onImages, publishedAddresses, without } from "../support/docker.ts";

let project: ProjectDirectory;
afterEach(() => project?.remove());

describe.skipIf(without("postgresV2", "postgrestV2"))("v2", () => {
  test.each([
    ["docker", "builtin"],
    ["docker", "docker"],
    ["embedded", "docker"],
  ])("--postgres %s --postgrest %s", async (postgres, postgrest) => {
    project = demoProject(onImages());
    await using stack = await startStack({ directory: project.path, throwAway: true, postgres, postgrest });
    const { servers } = stack.info();
    expect(servers.postgres.startsWith("Docker ")).toBe(postgres === "docker");
    expect(servers.postgrest.startsWith("Docker ")).toBe(postgrest === "docker");
    expect(await readNotes(stack)).toMatchObject({ status: 401, body: { error: "authorization required" } });
    expect(await readNotes(stack, "alice")).toMatchObject({ status: 200, body: [{}, {}] });
    const addresses = await publishedAddresses(project.path);
    expect(addresses.length).toBeGreaterThan(0);
    expect(new Set(addresses)).toEqual(new Set(["127.0.0.1"]));
    await stack.stop();
    expect(await leftovers(project.path)).toEqual(nothing);
  });
});

test.skipIf(without("postgresV1", "postgrestV1"))("v1 takes its keys to the container itself", async () => {
  project = demoProject(onImages({ mode: "v1" }));
  await using stack = await startStack({
    directory: project.path,
    throwAway: true,
    postgres: "docker",
    postgrest: "docker",
  });
  const { anonKey, directUrl, servers } = stack.info();
  expect(servers.postgrest).toMatch(/12\.0\.2/);
  const answer = await fetch(`${directUrl}/rest/v1/notes`, { headers: { Authorization: `Bearer ${anonKey}` } });
  expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
  const alice = await fetch(`${directUrl}/rest/v1/notes?select=owner_id`, {
    headers: { Authorization: `Bearer ${stack.token({ user: "alice" }).token}` },
  });
  expect([alice.status, await alice.json()]).toMatchObject([200, [{}, {}]]);
  await stack.stop();
  expect(await leftovers(project.path)).toEqual(nothing);
});

test.skipIf(without("postgresV2"))(
  "a fixed port that another program has is refused, and nothing is left",
  async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    project = demoProject(onImages({ ports: { postgres: port } }));
    try {
      await expect(startStack({ directory: project.path, postgres: "docker" })).rejects.toMatchObject({
        code: "PORT_TAKEN",
        message: expect.stringContaining(String(port)),
      });
      expect(await leftovers(project.path)).toMatchObject({ containers: [], networks: [] });
    } finally {
      other.close();
      await purge(project.path);
    }
    expect(await leftovers(project.path)).toEqual(nothing);
  },
);

test.skipIf(without("postgresV2"))(
  "startFlux: forks on a Postgres in a container, gone with the last of them",
  async () => {
    project = demoProject(onImages());
    await using flux = await startFlux({ directory: project.path, postgres: "docker" });
    await using fork = await flux.fork();
    const notes = (caller: Flux) => caller.as("alice").get("/notes?select=owner_id");
    expect((await notes(fork)).status).toBe(200);
    await flux.stop();
    expect(await leftovers(project.path)).toEqual(nothing);
  },
);

test.skipIf(without("postgresV2", "postgrestV2")).each(["docker", "embedded"])(
  "startFlux: a container of PostgREST for each fork, on Postgres %s",
  async (postgres) => {
    project = demoProject(onImages());
    await using flux = await startFlux({ directory: project.path, postgres, postgrest: "docker" });
    await using fork = await flux.fork();
    const { servers } = fork.info;
    expect(servers.postgrest).toMatch(/^Docker .*12\.2\.12/);
    expect(servers.postgres.startsWith("Docker ")).toBe(postgres === "docker");
    expect((await fork.as("bob").post("/notes", { body: "x" })).status).toBe(201);
    const notes = async (one: Flux) => (await one.as("bob").get("/notes?select=id")).json<unknown[]>().length;
    expect([await notes(fork), await notes(flux)]).toEqual([2, 1]);
    await fork.reset();
    expect(await notes(fork)).toBe(1);
    await expectAccess(await fork.as("carol").get("/notes")).toBeHiddenByPolicy("notes_select");
    const running = (await leftovers(project.path)).containers.length;
    await fork.stop();
    expect((await leftovers(project.path)).containers).toHaveLength(running - 1);
    await flux.stop();
    expect(await leftovers(project.path)).toEqual(nothing);
  },
);

test.skipIf(without("postgrestV2"))(
  "an image that is no Postgres is said so in words, and nothing is left",
  async () => {
    project = demoProject({ docker: { postgresImage: images.postgrestV2 } });
    await expect(startStack({ directory: project.path, throwAway: true, postgres: "docker" })).rejects.toMatchObject({
      code: "CONTAINER_FAILED",
      message: `The container postgres-v2 (${images.postgrestV2}) did not start.`,
      why: expect.stringMatching(
        /^(It ended before it was ready|The engine says: \S.*)\. (Its last words: |It said nothing)/,
      ),
    });
    expect(await leftovers(project.path)).toEqual(nothing);
  },
);

test.skipIf(without())("an image that cannot be had is refused, and nothing is left", async () => {
  const image = "flux-dev-standin/there-is-no:such";
  project = demoProject({ docker: { postgresImage: image } });
  const said: string[] = [];
  const start = startStack({
    directory: project.path,
    throwAway: true,
    postgres: "docker",
    onProgress: (text) => said.push(text),
  });
  await expect(start).rejects.toMatchObject({
    code: "IMAGE_UNAVAILABLE",
    message: `The image ${image} is not here and could not be pulled.`,
  });
  expect(said).toContain(`Pulling ${image}`);
  expect(await leftovers(project.path)).toEqual(nothing);
});
