/** A throw-away stack in this process: requests without a socket, both modes, push and reset, nothing left behind. */
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PushedTarget } from "../../../src/database/apply.ts";
import type { HeaderList } from "../../../src/http/message.ts";
import type { RunningStack } from "../../../src/stack/running-stack.ts";
import { startStack } from "../../../src/stack/start.ts";
import { decidingStep } from "../../../src/trace/trace.ts";
import { sendRaw } from "../gateway/client.ts";

const migration = `
create table items (id int primary key, owner_id text not null default auth.uid(), name text not null);
alter table items enable row level security;
create policy own on items to authenticated using (owner_id = auth.uid()) with check (owner_id = auth.uid());
grant select, insert on items to authenticated;
revoke all on items from anon;
`;

let directory: string;
let stack: RunningStack;
const write = (file: string, text: string) => {
  mkdirSync(dirname(join(directory, file)), { recursive: true });
  writeFileSync(join(directory, file), text);
};

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "flux-dev-stack-"));
  write("flux.json", '{"slug": "shop", "hash": "abcdef0", "apiSchema": "t_0123456789ab_api", "mode": "v2_shared"}');
  write("migrations/001_items.sql", migration);
  write("flux-dev.config.json", '{"limits": {"rate": {"requests": 60, "windowSeconds": 60}}}');
  stack = await startStack({ directory, throwAway: true });
});
afterAll(async () => {
  await stack.stop();
  await rm(directory, { recursive: true });
});

async function ask(
  method: string,
  path: string,
  options: { user?: string; body?: unknown; headers?: HeaderList } = {},
) {
  const token =
    options.user === undefined
      ? []
      : [["Authorization", `Bearer ${stack.token({ user: options.user }).token}`] as const];
  const [target = "", query = ""] = path.split("?");
  const headers: HeaderList = [...token, ["Content-Type", "application/json"], ...(options.headers ?? [])];
  const body = Buffer.from(options.body === undefined ? "" : JSON.stringify(options.body));
  const response = await stack.request({ method, path: target, query, headers, body });
  const text = response.body.toString();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text), headers: response.headers };
}

test("names follow flux.json, nothing is written into the project", () => {
  expect(stack.info()).toMatchObject({ slug: "shop", apiSchema: "t_0123456789ab_api", mode: "v2", demo: false });
  expect(existsSync(join(directory, ".flux-dev"))).toBe(false);
});

describe.each(["v2", "v1"] as const)("%s", (mode) => {
  beforeAll(() => stack.switchMode(mode));

  test("users write and read their own rows", async () => {
    expect((await ask("POST", "/items", { user: "alice", body: { id: 1, name: "pen" } })).status).toBe(201);
    expect((await ask("GET", "/items?select=id,name", { user: "alice" })).body).toEqual([{ id: 1, name: "pen" }]);
    expect((await ask("GET", "/items", { user: "bob" })).body).toEqual([]);
    const spoofed = await ask("POST", "/items", { user: "bob", body: { id: 2, name: "x", owner_id: "alice" } });
    expect(spoofed).toMatchObject({ status: 403, body: { code: "42501" } });
    expect((await ask("GET", "/items")).status).toBe(401);
  });

  test("every request leaves its trace, and the answer says which", async () => {
    const { headers } = await ask("GET", "/items");
    const id = headers.find(([name]) => name === "x-flux-dev-trace")![1];
    expect(decidingStep(stack.traces.get(id)!)?.outcome).toBe("refused");
  });

  test("PostgREST itself listens beside the gateway", async () => {
    const { postgrestUrl, apiSchema } = stack.info();
    const response = await fetch(`${postgrestUrl}/items`, { headers: { "accept-profile": apiSchema } });
    // v2's pool runs strangers as authenticator, who inherits the tenants' rights; v1 runs them as anon, who has none.
    expect(response.status).toBe(mode === "v2" ? 200 : 401);
  });

  test("the identity provider mints tokens of the live mode's secret", async () => {
    const response = await fetch(`${stack.info().idpUrl}/v1/emulator/tokens`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ user: "alice" }),
    });
    const { jwt } = (await response.json()) as { jwt: string };
    expect((await ask("GET", "/items", { headers: [["Authorization", `Bearer ${jwt}`]] })).status).toBe(200);
  });
});

test("PostgREST's port takes what its web server takes: long heads, any word for a method", async () => {
  const { port } = new URL(stack.info().postgrestUrl);
  const asked = (line: string, value: string) =>
    sendRaw(Number(port), `${line} HTTP/1.1\r\nHost: x\r\nX: ${value}\r\nConnection: close\r\n\r\n`, 3000);
  expect(await asked("GET /", "x".repeat(40_000))).toMatch(/^HTTP\/1\.1 200 /);
  expect(await asked("FOO /", "x")).toMatch(/^HTTP\/1\.1 405 .*PGRST117/s);
});

test("push applies a file to the live mode; the API knows it when push returns", async () => {
  await stack.switchMode("v2");
  write("extra.sql", "create function twice(n int) returns int language sql immutable as 'select n * 2';");
  await stack.push("extra.sql");
  expect((await ask("POST", "/rpc/twice", { user: "alice", body: { n: 21 } })).body).toBe(42);
});

test("a push of several files reads the schema once, and of a failing one what stayed", async () => {
  await stack.switchMode("v2");
  const loads: string[] = [];
  stack.log.listen(({ text }) => void (text.startsWith("Schema cache queried") && loads.push(text)));
  const three = (n: number) => `create function three${n}() returns int language sql immutable as 'select 3';`;
  for (const n of [1, 2, 3]) write(`more/${n}.sql`, three(n));
  await stack.push("more");
  expect((await ask("POST", "/rpc/three3", { user: "alice" })).body).toBe(3);
  write("more/4.sql", three(4));
  write("more/5.sql", "create table broken (");
  const pushed: PushedTarget[] = [];
  await expect(stack.push("more", {}, pushed)).rejects.toMatchObject({ details: { file: "more/5.sql" } });
  const outcomes = pushed.flatMap(({ files }) => files).map(({ file, result }) => [file.name, result?.outcome]);
  expect(outcomes).toEqual([
    ...["1", "2", "3"].map((n) => [`${n}.sql`, "skipped"]),
    ["4.sql", "applied"],
    ["5.sql", undefined],
  ]);
  expect((await ask("POST", "/rpc/three4", { user: "alice" })).body).toBe(3);
  expect(loads).toHaveLength(2);
  // Outside a push NOTIFY works as ever.
  await stack.withDatabase((client) => client.query("notify pgrst, 'reload schema'"));
  await expect.poll(() => loads.length, { timeout: 10_000 }).toBe(3);
});

test("the matrix asks a project that is awake and has no rate limit", async () => {
  await stack.switchMode("v2");
  // Together more than 60 requests with a token.
  for (let round = 0; round < 8; round += 1) await stack.diagnosis.matrix();
  stack.setProjectState("dormant");
  const { cells } = await stack.diagnosis.matrix();
  expect((await ask("GET", "/items", { user: "alice" })).status).toBe(503);
  stack.setProjectState("active");
  expect(cells.find(({ subject, verb }) => subject === "alice" && verb === "GET")).toMatchObject({ status: 200 });
});

test("reset reads the files again, for both modes", async () => {
  write("seed.sql", "insert into items (id, owner_id, name) values (7, 'somebody', 'seeded');");
  await stack.reset();
  for (const mode of ["v1", "v2"] as const) {
    await stack.switchMode(mode);
    const { rows } = await stack.withDatabase((client) =>
      client.query(`select name from ${stack.info().apiSchema}.items`),
    );
    expect(rows).toEqual([{ name: "seeded" }]);
  }
});

test("the examples of a project with one table say what they can", async () => {
  await stack.switchMode("v1");
  const kinds = (await stack.examples()).map(({ kind, status, reason }) => `${kind} ${status} ${reason}`);
  expect(kinds).toEqual([
    "empty 200 alice may read items, but no policy shows alice a row of it",
    "forbidden 403 the token asks for the role authenticator, which has no GRANT",
    "unauthenticated 401 without a token the role is anon, which has no GRANT on items",
  ]);
});

test("a migration with a mistake stops the start, and nothing of it keeps running", async () => {
  write("migrations/002.sql", "create table broken (");
  await expect(startStack({ directory, throwAway: true })).rejects.toMatchObject({ name: "ProjectSqlError" });
  await rm(join(directory, "migrations/002.sql"));
});
