/** The examples of `fixtures/examples`, run as they are with the variables that `flux-dev env` prints. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { flatEnvironment } from "../../src/stack/environment.ts";
import type { RunningStack } from "../../src/stack/running-stack.ts";
import { startStack } from "../../src/stack/start.ts";

const example = (name: string) => join("fixtures/examples", name);

let directory: string;
let stack: RunningStack;
let env: Record<string, string>;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "flux-dev-examples-"));
  stack = await startStack({ directory, throwAway: true });
  env = { ...process.env, ...flatEnvironment(stack.environment()), CLERK_TELEMETRY_DISABLED: "1" } as typeof env;
});
afterAll(async () => {
  await stack?.stop();
  await rm(directory, { recursive: true, force: true });
});

describe("a server behind Clerk", () => {
  let server: ChildProcess;
  let url: string;

  beforeAll(async () => {
    server = spawn(process.execPath, [example("clerk-server.mjs")], { env: { ...env, PORT: "0" } });
    const [line] = (await once(server.stdout!, "data")) as [Buffer];
    url = `http://127.0.0.1:${/\d+/.exec(String(line))![0]}/api/notes`;
  });
  afterAll(() => server?.kill());

  test("gives the signed-in user their notes", async () => {
    const { token } = stack.token({ user: "alice", session: true });
    const answer = await fetch(url, { headers: { Authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    const notes = (await answer.json()) as { body: string }[];
    expect(notes.map(({ body }) => body).sort()).toEqual(["Buy oat milk", "Call the bank"]);
  });

  test("refuses nobody, and the token that is for Flux", async () => {
    expect((await fetch(url)).status).toBe(401);
    const { token } = stack.token({ user: "alice" });
    const answer = await fetch(url, { headers: { Authorization: `Bearer ${token}` } });
    expect(await answer.text()).toBe("Not signed in: token-type-mismatch\n");
  });
});

test("a token signed by the app itself, as with Auth.js, is accepted", async () => {
  const bob = stack.project.users.find((user) => user.name === "bob")!;
  const token = execFileSync(process.execPath, [example("authjs-token.mjs"), bob.id, bob.email], { env });
  const answer = await fetch(`${stack.info().directUrl}/notes?select=body`, {
    headers: { Authorization: `Bearer ${String(token).trim()}` },
  });
  expect([answer.status, await answer.json()]).toEqual([200, [{ body: "Rehearse the talk" }]]);
});
