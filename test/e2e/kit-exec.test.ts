/** What `exec` gives to any language, and what it keeps after a failure; snapshots on the command line. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CliDirectory, cliDirectory, paste } from "../support/cli.ts";

let project: CliDirectory;
beforeAll(() => {
  project = cliDirectory();
});
afterAll(() => project.remove());

const script = (exitCode: number) => `
  const { FLUX_URL, FLUX_TOKEN_ALICE, FLUX_TOKEN_BOB } = process.env;
  const get = (path, token) => fetch(FLUX_URL + path, { headers: { authorization: "Bearer " + token } });
  Promise.all([get("/notes", FLUX_TOKEN_ALICE), get("/notes", FLUX_TOKEN_BOB), get("/audit_log", FLUX_TOKEN_BOB)])
    .then((answers) => { console.log(answers.map(({ status }) => status).join()); process.exit(${exitCode}); });
`;

test("a failure keeps traces, schema, logs and a script; tokens are not among them", async () => {
  const kept = join(project.path, "kept");
  const { code, stdout, stderr } = await project.run(
    "exec",
    "--artifacts",
    "kept",
    "--",
    process.execPath,
    "-e",
    script(3),
  );
  expect([code, stdout]).toEqual([3, "200,200,403\n"]);
  expect(stderr).toContain(kept);
  expect(readdirSync(kept).sort()).toEqual([
    "flux-dev.log",
    "postgres-v2.log",
    "repro.sh",
    "schema.sql",
    "traces.jsonl",
  ]);
  const read = (name: string) => readFileSync(join(kept, name), "utf8");
  const traces = read("traces.jsonl")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(traces.map(({ response }) => response.status).sort()).toEqual([200, 200, 403]);
  for (const name of readdirSync(kept)) expect(read(name)).not.toMatch(/eyJ[\w-]+\.[\w-]+\.[\w-]+/);
  expect(read("schema.sql")).toContain("create policy notes_select");
  expect(read("repro.sh")).toContain("npx flux-dev why GET /audit_log --mode v2 --as bob");
  execFileSync("sh", ["-n", join(kept, "repro.sh")]);
});

test("a success keeps nothing", async () => {
  const { code } = await project.run("exec", "--artifacts", "none", "--", process.execPath, "-e", script(0));
  expect([code, existsSync(join(project.path, "none"))]).toEqual([0, false]);
});

test("a snapshot is saved and restored under a running stack, listed and removed", async () => {
  const { examples } = await project.json("up", "--detach", "--json");
  const rows = () => JSON.parse(paste(examples[0]!.curl).body).length;
  const before = rows();
  expect(await project.json("snapshot", "save", "start", "--json")).toMatchObject({ name: "start", modes: ["v2"] });
  await project.run("psql", "-c", "delete from notes; delete from posts");
  await project.json("snapshot", "restore", "start", "--json");
  expect(rows()).toBe(before);
  expect(await project.json<{ name: string }[]>("snapshot", "list", "--json")).toMatchObject([{ name: "start" }]);
  await project.run("down");
  const fromSnapshot = await project.run("exec", "--from", "start", "--", process.execPath, "-e", script(0));
  expect(fromSnapshot.stdout).toBe("200,200,403\n");
  await project.run("snapshot", "rm", "start");
  const { code, stderr } = await project.run("snapshot", "restore", "start");
  expect([code, stderr]).toEqual([1, expect.stringContaining('There is no snapshot "start".')]);
});
