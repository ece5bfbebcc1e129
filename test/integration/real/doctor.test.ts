/** What `doctor` says about the parts is what happens when they are asked for. */
import { createServer } from "node:http";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type CheckResult, runChecks } from "../../../src/cli/checks.ts";
import { partsOf } from "../../../src/cli/parts.ts";
import { listenServer } from "../../../src/http/node.ts";
import { withClient } from "../../../src/postgres/admin.ts";
import { freePort } from "../../../src/postgres/port.ts";
import type { FluxDevConfig } from "../../../src/project/config-schema.ts";
import { loadProject } from "../../../src/project/project.ts";
import { demoProject, type ProjectDirectory } from "../../support/demo-project.ts";
import { createTestCluster } from "../../support/postgres.ts";
import { postgrestStandIn } from "../../support/postgrest-stand-in.ts";

let project: ProjectDirectory;
beforeEach(() => {
  // A machine without Docker and without a PostgREST, whatever this one has.
  vi.stubEnv("DOCKER_HOST", "unix:///nowhere/docker.sock");
  vi.stubEnv("PATH", "/nowhere");
});
afterEach(() => {
  vi.unstubAllEnvs();
  project.remove();
});

async function look(name: string, config: FluxDevConfig): Promise<string> {
  project = demoProject(config);
  const parts = partsOf({ directory: project.path, project: await loadProject(project.path) });
  return parts.find((part) => part.name === name)!.look();
}

async function verdicts(config?: FluxDevConfig): Promise<Record<string, CheckResult>> {
  project = demoProject(config);
  const results = await runChecks(project.path, () => {});
  return Object.fromEntries(results.map((result) => [result.name, result]));
}

test("what is missing and not asked for is no failure, and the reason is said", async () => {
  const results = await verdicts();
  expect(Object.values(results).filter(({ verdict }) => verdict === "FAIL")).toEqual([]);
  expect(results["Postgres embedded"]).toMatchObject({ verdict: "PASS", text: expect.stringMatching(/^16\.\d+/) });
  expect(results["PostgREST builtin"]).toMatchObject({
    verdict: "PASS",
    text: "v2: answers as 12.2.12; v1: answers as 12.0.2",
  });
  for (const name of ["Postgres docker", "PostgREST docker"])
    expect(results[name]).toMatchObject({
      verdict: "INFO",
      text: expect.stringMatching(/^not available: No Docker engine answers\. .*unix:\/\/\/nowhere\/docker\.sock/),
    });
  expect(results["PostgREST binary"]).toMatchObject({
    verdict: "INFO",
    text: expect.stringContaining("not available: There is no PostgREST program."),
    next: expect.stringContaining("flux-dev postgrest install"),
  });
  for (const name of ["Postgres given", "PostgREST given"])
    expect(results[name]).toMatchObject({ verdict: "INFO", text: "not available: no URL is configured" });
});

test("what is missing and asked for is a failure", async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const results = await verdicts({ postgres: "docker", postgrest: { v2: url, v1: "binary" } });
  expect(results["Postgres docker"]).toMatchObject({ verdict: "FAIL", next: expect.stringContaining("Start Docker") });
  expect(results["PostgREST docker"]).toMatchObject({ verdict: "INFO" });
  expect(results["PostgREST binary"]).toMatchObject({ verdict: "FAIL" });
  expect(results["PostgREST given"]).toMatchObject({
    verdict: "FAIL",
    text: expect.stringContaining(`Nothing answers at ${url} (connect ECONNREFUSED`),
  });
});

test("a given Postgres is judged as up would, and left as it is", async () => {
  const cluster = await createTestCluster();
  try {
    const roles = () =>
      withClient(cluster.url(), (client) => client.query("select rolname from pg_roles")).then(({ rows }) => rows);
    const before = await roles();
    const postgres = { v2: cluster.url() };
    expect(await look("Postgres given", { postgres })).toMatch(
      /^v2: Postgres 16\.\d+ at 127\.0\.0\.1:\d+ can be used$/,
    );
    expect(await roles()).toEqual(before);
    await withClient(cluster.url(), (client) => client.query("create table customers (id int)"));
    await expect(look("Postgres given", { postgres })).rejects.toMatchObject({ code: "LOOKS_LIKE_PRODUCTION" });
  } finally {
    await cluster.stop();
  }
});

test("a program is asked for its version, and another than the platform's is named", async () => {
  vi.unstubAllEnvs();
  const program = postgrestStandIn();
  try {
    expect(await look("PostgREST binary", { postgrest: program.path })).toBe(
      `v2: ${program.path} (12.2.12); v1: ${program.path} (12.2.12, the platform runs 12.0.2)`,
    );
  } finally {
    program.remove();
  }
});

test("a PostgREST that runs says what it is", async () => {
  const server = createServer((_, answer) => answer.setHeader("Server", "postgrest/12.2.12").end("{}"));
  const listening = await listenServer(server, { port: 0 });
  try {
    expect(await look("PostgREST given", { postgrest: { v2: listening.url } })).toBe(
      `v2: postgrest/12.2.12 answers at ${listening.url} (200)`,
    );
  } finally {
    await listening.close();
  }
});
