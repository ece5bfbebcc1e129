/** A PostgREST that somebody else configured and runs; this project's own engine on a port stands in for it. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { freePort } from "../../../src/postgres/port.ts";
import { runPostgrestCommand } from "../../../src/postgrest/server/command.ts";
import type { PostgrestServer } from "../../../src/postgrest/server/start.ts";
import { type PreparedMode, prepareDatabases } from "../../../src/stack/prepare.ts";
import { startStack } from "../../../src/stack/start.ts";
import { demoProject, type ProjectDirectory, readNotes } from "../../support/demo-project.ts";
import { eventually } from "../../support/processes.ts";

let project: ProjectDirectory;
const servers: PostgrestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  project.remove();
});

async function postgrest({ mode, postgrest }: PreparedMode, port: number): Promise<void> {
  const server = await runPostgrestCommand(
    { action: "run", version: mode === "v2" ? "12.2" : "12.0" },
    {
      env: { ...postgrest, PGRST_SERVER_HOST: "127.0.0.1", PGRST_SERVER_PORT: String(port) },
      print: () => {},
      printError: () => {},
      onFatal: () => expect.fail("PostgREST gave up"),
    },
  );
  servers.push(server as PostgrestServer);
}

const created = `
create table added (id int);
alter table added enable row level security;`;

test("prepare says what it must be given; both modes are served through it, and it is left alone", async () => {
  const ports = { v1: await freePort(), v2: await freePort() };
  const url = (mode: "v1" | "v2") => `http://127.0.0.1:${ports[mode]}`;
  const postgrestEnv = { PGRST_DB_MAX_ROWS: "100" };
  project = demoProject({ postgrest: { v1: url("v1"), v2: url("v2") }, postgrestEnv });
  const prepared = await prepareDatabases({ directory: project.path }, ["v1", "v2"]);
  expect(prepared.map(({ mode }) => mode)).toEqual(["v1", "v2"]);
  expect(prepared[1]!.postgrest).toMatchObject({
    PGRST_DB_URI: expect.stringMatching(/^postgres:\/\/authenticator:\w+@127\.0\.0\.1:\d+\/postgres$/),
    PGRST_DB_PRE_CONFIG: "public.flux_postgrest_config",
  });
  for (const mode of prepared) await postgrest(mode, ports[mode.mode]);

  await using stack = await startStack({ directory: project.path });
  expect(stack.info().servers.postgrest).toBe(`${url("v2")} (12.2.12)`);
  expect(await readNotes(stack, "alice")).toMatchObject({ status: 200, body: [{}, {}] });
  expect(await readNotes(stack)).toMatchObject({ status: 401, body: { error: "authorization required" } });

  writeFileSync(join(project.path, "migrations/100_added.sql"), created);
  await stack.push();
  await eventually("its schema cache knows the new table", async () => {
    const headers = {
      Authorization: `Bearer ${stack.token({ user: "alice" }).token}`,
      "Content-Type": "application/json",
    };
    const insert = await fetch(`${stack.info().directUrl}/added`, { method: "POST", headers, body: '{"id": 1}' });
    return insert.status === 403;
  });

  await stack.switchMode("v1");
  expect(stack.info().servers.postgrest).toBe(`${url("v1")} (12.0.2)`);
  expect(await readNotes(stack, "alice")).toMatchObject({ status: 200, body: [{}, {}] });
  await stack.stop();
  expect((await fetch(url("v1"))).headers.get("server")).toMatch(/^postgrest\/12\.0\.2/);
  const log = readFileSync(join(project.path, ".flux-dev/flux-dev.log"), "utf8");
  for (const mode of ["v1", "v2"] as const)
    expect(log).toContain(`hold at ${url(mode)} only if it was started with them: PGRST_DB_MAX_ROWS.`);
});

test("one URL serves one mode; what is asked without it is answered in both", async () => {
  const port = await freePort();
  project = demoProject({ postgrest: `http://127.0.0.1:${port}` });
  const [prepared] = await prepareDatabases({ directory: project.path }, ["v2"]);
  await postgrest(prepared!, port);
  await using stack = await startStack({ directory: project.path });
  await expect(stack.switchMode("v1")).rejects.toMatchObject({
    code: "POSTGREST_FAILED",
    message: `The PostgREST at http://127.0.0.1:${port} does not serve this project on v1.`,
  });
  expect(stack.info().mode).toBe("v2");
  expect(await readNotes(stack, "alice")).toMatchObject({ status: 200, body: [{}, {}] });
  const { difference } = await stack.diagnosis.diff({ method: "GET", target: "/notes", as: "alice" });
  expect(difference.same).toBe(true);
}, 20_000);

test("a stack that is thrown away has no database that it could serve", async () => {
  project = demoProject({ postgrest: "http://127.0.0.1:1" });
  await expect(startStack({ directory: project.path, throwAway: true })).rejects.toMatchObject({
    code: "BAD_REQUEST",
    message: "The PostgREST at http://127.0.0.1:1 cannot serve a stack that is thrown away.",
  });
});
