/** `up` in a terminal: says what there is, shows what happens, and goes in order when asked to. */
import { afterAll, expect, test } from "vitest";
import { cliDirectory } from "../support/cli.ts";
import { eventually, processesWith } from "../support/processes.ts";

const project = cliDirectory();
afterAll(() => project.remove());

/** `up` in this terminal, ready; `said` grows with what it prints. */
async function up() {
  const child = project.start("up");
  const said = { output: "", remarks: "" };
  child.stdout.on("data", (data: Buffer) => (said.output += data.toString()));
  child.stderr.on("data", (data: Buffer) => (said.remarks += data.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  await eventually("it is up", () => said.output.includes("Ctrl-C stops it."), 60_000);
  return { child, said, ended };
}

test("prints the summary and the requests; Ctrl-C stops everything", async () => {
  const { child, said, ended } = await up();
  const url = /by number (http:\S+)/.exec(said.output)?.[1] ?? /Service URL (http:\S+)/.exec(said.output)![1]!;
  expect(said.output.match(/^# \d{3}.*$/gm)).toEqual([
    "# 200 with rows: a policy on notes shows alice these rows",
    "# 200 []: carol may read notes, but no policy shows carol a row of it",
    "# 403 42501: no GRANT lets alice read audit_log",
    "# 401: v2 lets nobody in without a token",
  ]);

  await fetch(`${url}/notes`);
  await eventually("the request is shown", () => /GET \/notes 401 token\.missing/.test(said.output));
  const preflight = {
    method: "OPTIONS",
    headers: { origin: "http://localhost:3000", "access-control-request-method": "GET" },
  };
  await fetch(`${url}/notes`, preflight);
  await fetch(`${url}/notes`, preflight);
  await eventually("the help for browsers is spoken of", () => said.remarks.includes("the platform would not"));
  expect(said.remarks.match(/the platform would not/g)).toHaveLength(1);

  child.kill("SIGINT");
  expect(await ended).toBe(0);
  await eventually("no process is left", async () => (await processesWith(project.path)).length === 0);
});

test("flux-dev down in another terminal ends it with a word and without a failure", async () => {
  const { said, ended } = await up();
  expect(await project.run("down")).toMatchObject({ code: 0, stdout: "Stopped.\n" });
  expect(await ended).toBe(0);
  expect(said.remarks.trimEnd().split("\n").at(-1)).toBe("Stopped by flux-dev down.");
});

test("with --strict the preflight fails as on the platform", async () => {
  const { directUrl } = await project.json("up", "--detach", "--json", "--strict");
  const response = await fetch(`${directUrl}/notes`, {
    method: "OPTIONS",
    headers: { origin: "http://localhost:3000", "access-control-request-method": "GET" },
  });
  expect([response.status, await response.text()]).toEqual([401, '{"error":"authorization required"}']);
  expect([...response.headers.keys()].filter((name) => /^(access-control|x-flux-dev)/.test(name))).toEqual([]);
});
