/** Every mistake of a user gets a sentence and a non-zero exit. */
import { existsSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CliDirectory, cliDirectory } from "../support/cli.ts";

let project: CliDirectory;
beforeAll(() => {
  project = cliDirectory();
});
afterAll(() => project.remove());

test.each([
  [["status"], "No stack is running in this directory."],
  [["token", "alice"], "No stack is running in this directory."],
  [["mode", "v1"], "No stack is running in this directory."],
  [["logs"], "There is no log for this directory."],
  [["logs", "-n", "x"], "Must be a whole number, 0 or more."],
  [["frobnicate"], "unknown command 'frobnicate'"],
  [["statsu"], "Did you mean status?"],
  [["up", "--frobnicate"], "unknown option '--frobnicate'"],
  [["up", "--mode", "v3"], 'Unknown mode "v3"'],
  [["up", "--port", "99999"], "A port is a number from 1 to 65535."],
  [["token", "--claim", "novalue"], "A claim is written name=value."],
])("flux-dev %j", async (args, sentence) => {
  const { code, stdout, stderr } = await project.run(...args);
  expect(stderr).toContain(sentence);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect([code, stdout]).toEqual([1, ""]);
});

test("down without a stack says so and is content", async () => {
  expect(await project.run("down")).toMatchObject({ code: 0, stdout: "Nothing is running in this directory.\n" });
});

test("errors are JSON where the command was asked for JSON", async () => {
  const { stderr } = await project.run("status", "--json");
  expect(JSON.parse(stderr)).toEqual({
    error: {
      code: "NOT_RUNNING",
      message: "No stack is running in this directory.",
      why: expect.any(String),
      next: expect.stringContaining("flux-dev up"),
    },
  });
});

test("wrong usage is JSON as well, and help is not", async () => {
  const { code, stderr } = await project.run("status", "--json", "--frobnicate");
  expect([code, JSON.parse(stderr)]).toEqual([
    1,
    {
      error: {
        code: "USAGE",
        message: "unknown option '--frobnicate'",
        next: "--help shows a command's arguments and options.",
      },
    },
  ]);
  expect(await project.run("status", "--json", "--help")).toMatchObject({ code: 0, stderr: "" });
});

test.each([
  [["push", "a.sql", "b.sql"], "(flux-dev push --help shows its arguments and options)"],
  [["snapshot", "save"], "(flux-dev snapshot save --help shows its arguments and options)"],
  [["token", "explain"], "(flux-dev token explain --help shows its arguments and options)"],
])("wrong usage of flux-dev %j says where its help is", async (args, hint) => {
  expect((await project.run(...args)).stderr).toContain(hint);
});

describe("project files", () => {
  test.each([
    ["flux.json", "{", "flux.json: file is not valid JSON."],
    ["flux.json", '{"slug": "x",}', "It should look like this: {"],
    ["flux.json", '{"slug": "My App", "hash": "abcdef0"}', 'Change "slug" in flux.json'],
    ["flux-dev.config.json", '{"migrations": "db"}', "flux-dev.config.json: migrations: No such file or directory: db"],
    ["flux-dev.config.json", '{"users": "people.json"}', "flux-dev.config.json: users: people.json does not exist."],
    ["flux.json", "{}", "flux-dev reads both from flux.json"],
    ["flux.json", '{"slug": "x", "hash": "nope"}', "flux.json: hash must be 7 hex characters."],
    ["flux.json", '{"slug": "My App", "hash": "abcdef0"}', 'expected "my-app"'],
    ["flux-dev.config.json", '{"ports": {"http": 1}}', "flux-dev.config.json: ports"],
    ["users.json", '{"users": [{"name": "Bob"}]}', "users.json: users[0].name"],
    ["migrations/1.sql", "create table t (id int);\nselect * form t;", "migrations/1.sql:2:10: syntax error"],
  ])("%s containing %s", async (file, text, sentence) => {
    const broken = cliDirectory();
    broken.write("flux.json", '{"slug": "app", "hash": "REPLACE_AFTER_FLUX_INIT"}');
    broken.write(file, text);
    const { code, stderr } = await broken.run("up", "--detach", "--json");
    expect(stderr).toContain(JSON.stringify(sentence).slice(1, -1));
    expect(code).toBe(1);
    expect(existsSync(join(broken.path, ".flux-dev", "run.json"))).toBe(false);
    await broken.remove();
  });
});

test("a taken port is refused when it was asked for, and passed over when it was only remembered", async () => {
  const { directUrl } = await project.json("up", "--detach", "--json");
  await project.run("down");
  const port = Number(new URL(directUrl).port);
  const server = createServer().listen(port, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const refused = await project.run("up", "--detach", "--port", String((server.address() as AddressInfo).port));
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`Port ${port} for the Service URL cannot be used.`),
  });
  const other = await project.json("up", "--detach", "--json");
  expect(other.directUrl).not.toBe(directUrl);
  server.close();
});

test("a second up finds the first; what only a start can change is refused", async () => {
  const first = await project.json("up", "--detach", "--json");
  expect(await project.json("up", "--json")).toMatchObject({ pid: first.pid });
  const fresh = await project.run("up", "--fresh");
  expect(fresh).toMatchObject({ code: 1, stderr: expect.stringContaining("already running") });
});

test("two starts at the same moment: one wins, the other says so", async () => {
  const racing = cliDirectory();
  const results = await Promise.all([racing.run("up", "--detach", "--json"), racing.run("up", "--detach", "--json")]);
  expect(results.map(({ code }) => code).sort()).toEqual([0, 1]);
  expect(results.find(({ code }) => code === 1)!.stderr).toMatch(/already running or starting|still starting/);
  await racing.remove();
});

test("the demo's SQL is not the directory's own, and that is said", async () => {
  const overlooked = cliDirectory();
  overlooked.write("migrations/1.sql", "create table t (id int);");
  await overlooked.json("up", "--detach", "--json");
  expect((await overlooked.run("logs")).stdout).toContain("No flux.json here");
  await overlooked.remove();
});
