/** Every way to ask why on the command line, against one stack. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DiagnosisJson } from "../../src/diagnosis/json.ts";
import { type CliDirectory, cliDirectory } from "../support/cli.ts";

let project: CliDirectory;
let url: string;

beforeAll(async () => {
  project = cliDirectory();
  project.write("flux.json", '{"slug": "why", "hash": "abc1234"}');
  project.write(
    "users.json",
    '{"users": [{"name": "alice", "id": "user_2alice000000000000000000000"}, {"name": "bob", "id": "user_2bob00000000000000000000000"}]}',
  );
  project.write(
    "migrations/001.sql",
    `create table notes (id int primary key, owner text default auth.uid(), body text);
     alter table notes enable row level security;
     create policy own on notes to authenticated using (owner = auth.uid()) with check (owner = auth.uid());
     grant select, insert on notes to authenticated;`,
  );
  url = (await project.json("up", "--detach", "--json")).directUrl;
  expect(await asAlice("POST", { id: 1, body: "hers" })).toMatchObject({ status: 201 });
});
afterAll(() => project.remove());

async function asAlice(method: string, body: object): Promise<Response> {
  const { token } = await project.json<{ token: string }>("token", "alice", "--json");
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  return fetch(`${url}/notes`, { method, headers, body: JSON.stringify(body) });
}

const why = (...args: string[]) => project.json<DiagnosisJson>("why", ...args, "--json");

test("the last failure, an id, and the list they come from", async () => {
  const refused = await asAlice("POST", { id: 2, owner: "user_2bob00000000000000000000000" });
  expect(refused.status).toBe(403);
  const id = refused.headers.get("x-flux-dev-trace")!;
  expect(await why()).toMatchObject({ code: "policies.with-check", request: { trace: id }, proof: { holds: true } });
  expect(await why(id)).toMatchObject({ code: "policies.with-check", documentation: expect.stringMatching(/^https:/) });
  expect((await project.run("why", "--list")).stdout).toContain(id);
  expect(await project.run("why", "nosuchid")).toMatchObject({ code: 1, stdout: "" });
});

test("a request, whoever's it is; nothing of it remains", async () => {
  expect(await why("GET", "/notes?select=*", "--as", "bob")).toMatchObject({ code: "policies.hidden" });
  expect(await why("/notes", "--as", "alice")).toMatchObject({ code: "ok.rows" });
  expect(await why("/notes", "--token", "not.a.token")).toMatchObject({ code: "token.malformed" });
  expect(await why("/notes")).toMatchObject({ code: "token.missing" });
  expect(await why("/notes", "--as", "bob", "--body", '{"id": 3}')).toMatchObject({ code: "ok.written" });
  expect(await why("DELETE", "/notes?id=eq.3", "--as", "bob")).toMatchObject({ code: "grants.table" });
  expect(await why("GET", "/notes?id=eq.3", "--as", "bob")).toMatchObject({ code: "rows.filtered" });
  expect(await why("GET", "/notes", "--as", "bob", "--header", "Accept: text/html")).toMatchObject({
    code: "request.media-type",
  });
});

test("the other mode, and its keys", async () => {
  expect(await why("/notes", "--key", "anon", "--mode", "v1")).toMatchObject({ request: { mode: "v1", role: "anon" } });
  const { code, stderr } = await project.run("why", "/notes", "--key", "anon");
  expect([code, stderr]).toEqual([1, expect.stringContaining("no anon and service_role keys on v2")]);
});

test("as text: what decided, what mends it, the row asked for", async () => {
  const { stdout } = await project.run("why", "GET", "/notes", "--as", "bob", "--row", "id=1");
  expect(stdout).toMatch(/^GET \/notes → 200 \(v2, as t_\w+_role, \d+ ms, trace \w+\)\n/);
  expect(stdout).toMatch(/✗ policies .*\n {2}· rows\n {2}✓ answer +200\n/);
  expect(stdout).toMatch(
    /\npolicies.hidden {2}Row security hides the one row of notes that matches: policy "own" wants/,
  );
  expect(stdout).toMatch(
    /\nfix: If this user should see the row.*\n\nnotes {2}id = 1 {2}stopped by:\n {2}false +policy "own"/,
  );
  expect(stdout).toContain("owner is 'user_2alice000000000000000000000' (alice)");
});
