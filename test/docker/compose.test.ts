/** The compose file as compose reads it, and what it starts, on stand-in images. Skipped, with the reason, where neither can be had. */
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { freePort } from "../../src/postgres/port.ts";
import { modes } from "../../src/project/mode/mode.ts";
import type { StackInfo } from "../../src/stack/info.ts";
import { composeProgram, NO_PROGRAM, standIns } from "../support/compose.ts";
import { demoProject, type ProjectDirectory } from "../support/demo-project.ts";
import { eventually } from "../support/processes.ts";

const directory = fileURLToPath(new URL("../../compose", import.meta.url));
async function run(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { cwd: directory, env: { ...process.env, ...env } });
  return stdout;
}

function composed(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const [program = "", ...first] = composeProgram ?? [];
  return run(program, [...first, ...args], env);
}

describe("as compose reads it", () => {
  beforeEach(({ skip }) => skip(composeProgram === undefined, NO_PROGRAM));

  test("is valid, and .env.example holds the defaults", async () => {
    const config = await composed(["config"]);
    expect(await composed(["--env-file", join(directory, ".env.example"), "config"])).toBe(config);
    for (const { postgresImage, postgrestImage } of Object.values(modes)) {
      expect(config).toContain(`image: ${postgresImage}\n`);
      expect(config).toContain(`image: ${postgrestImage}\n`);
    }
  });

  test("has a service for each part of the platform's two stacks", async () => {
    const services = (await composed(["config", "--services"])).trim().split("\n");
    const parts = ["postgres-v1", "postgres-v2", "postgrest-v1", "postgrest-v2"];
    expect(services.sort()).toEqual(["flux-dev", ...parts, "prepare"]);
  });
});

describe("what it starts", () => {
  const images = standIns();
  const name = `flux-dev-test-${randomUUID().slice(0, 8)}`;
  let project: ProjectDirectory;
  let env: Record<string, string>;

  const call = (...args: string[]) => composed(["--project-name", name, ...args], env);
  const fluxDev = (...args: string[]) => call("exec", "-T", "flux-dev", "flux-dev", ...args);
  const info = async () => JSON.parse(await fluxDev("status", "--json")) as StackInfo;

  beforeAll(async () => {
    if (typeof images === "string") return;
    project = demoProject();
    env = {
      ...images,
      FLUX_PROJECT_DIRECTORY: project.path,
      FLUX_SERVICE_PORT: String(await freePort()),
      FLUX_POSTGREST_PORT: String(await freePort()),
      FLUX_IDP_PORT: String(await freePort()),
    };
    await run("chmod", ["-R", "a+rX", project.path]);
    await call("up", "-d").catch(async (error: Error) => {
      throw new Error(`${error.message}\n${await call("logs", "--no-color", "--tail=20")}`);
    });
    await eventually("flux-dev is healthy", async () => (await health()) === "healthy", 180_000);
  }, 480_000);
  afterAll(async () => {
    if (typeof images === "string") return;
    await call("down", "--volumes", "--timeout", "5");
    project.remove();
  }, 120_000);
  beforeEach(({ skip }) => skip(typeof images === "string", String(images)));

  const health = async () =>
    (
      await run("docker", [
        "inspect",
        "--format",
        "{{.State.Health.Status}}",
        (await call("ps", "-q", "flux-dev")).trim(),
      ])
    ).trim();

  async function get(path: string, token?: string) {
    const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    const response = await fetch(`http://127.0.0.1:${env["FLUX_SERVICE_PORT"]}${path}`, { headers });
    return { status: response.status, server: response.headers.get("server"), body: await response.json() };
  }

  test("v2 answers, with the secrets of the environment", async () => {
    expect(await info()).toMatchObject({
      mode: "v2",
      directUrl: `http://127.0.0.1:${env["FLUX_SERVICE_PORT"]}`,
      jwtSecret: "devOnlyProjectSecret0123456789abcdef",
      servers: { postgrest: "http://postgrest-v2:3000 (12.2.12)" },
    });
    expect(await get("/notes")).toMatchObject({ status: 401, body: { error: "authorization required" } });
    const token = (await fluxDev("token", "alice")).trim();
    expect(await get("/notes?select=id", token)).toMatchObject({
      status: 200,
      server: "postgrest/12.2.12",
      body: [{}, {}],
    });
    const carol = (await fluxDev("token", "carol")).trim();
    expect(await get("/notes", carol)).toMatchObject({ status: 200, body: [] });
  });

  test("v1 answers behind the same URL, and v2 comes back", async () => {
    await fluxDev("mode", "v1");
    const { serviceRoleKey, servers } = await info();
    expect(servers.postgrest).toBe("http://postgrest-v1:3000 (12.0.2)");
    expect(await get("/rest/v1/notes")).toMatchObject({ status: 401, body: { code: "42501" } });
    const answer = await get("/rest/v1/notes?select=id", serviceRoleKey!);
    expect(answer).toMatchObject({ status: 200, server: "postgrest/12.0.2" });
    expect((answer.body as unknown[]).length).toBeGreaterThan(2);
    await fluxDev("mode", "v2");
    expect((await get("/notes")).status).toBe(401);
  });

  test("is not healthy without its database", async () => {
    expect(await fluxDev("status", "--check")).toContain("v2_shared");
    await call("kill", "postgres-v2");
    try {
      await expect(fluxDev("status", "--check")).rejects.toThrow("it cannot use its database");
    } finally {
      await call("start", "postgres-v2");
    }
    await eventually("it is back", () => fluxDev("status", "--check").then(Boolean, () => false), 60_000);
  });

  test("listens on loopback only, writes nothing into the project, and keeps its data over a restart", async () => {
    const ports = await run("docker", [
      "ps",
      "--filter",
      `label=com.docker.compose.project=${name}`,
      "--format",
      "{{.Ports}}",
    ]);
    const published = ports.match(/\S+->/g) ?? [];
    expect(published).toHaveLength(3);
    for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:/);
    expect(existsSync(join(project.path, ".flux-dev"))).toBe(false);

    await fluxDev("psql", "-c", "create table public.kept (id int)");
    await call("down", "--timeout", "5");
    await call("up", "-d");
    await eventually("flux-dev is healthy again", async () => (await health()) === "healthy", 180_000);
    expect(await fluxDev("psql", "-c", "select count(*) from public.kept")).toContain("0");
  }, 480_000);

  test("leaves nothing", async () => {
    await call("down", "--volumes", "--timeout", "5");
    const filter = ["--filter", `label=com.docker.compose.project=${name}`];
    for (const list of [
      ["ps", "-a"],
      ["volume", "ls"],
      ["network", "ls"],
    ])
      expect(await run("docker", [...list, "-q", ...filter])).toBe("");
  });
});
