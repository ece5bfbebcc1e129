/** PostgREST as a program of its own. The program is a stand-in; what is tested is who starts, feeds and ends it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { StackInfo } from "../../../src/stack/info.ts";
import type { LogEntry } from "../../../src/stack/logbook.ts";
import { startStack } from "../../../src/stack/start.ts";
import { demoProject, type ProjectDirectory, readNotes } from "../../support/demo-project.ts";
import { postgrestStandIn, type StandIn } from "../../support/postgrest-stand-in.ts";
import { eventually, processesWith, startScript } from "../../support/processes.ts";

let project: ProjectDirectory;
let program: StandIn | undefined;
afterEach(() => {
  project.remove();
  program?.remove();
});

const engines = async () => (await processesWith(program!.mark)).filter(({ command }) => !command.startsWith("sh "));

const added = `
create table added (id int);
alter table added enable row level security;
grant insert on added to authenticated;`;

test("answers behind the gateway, sees what a push made, and comes back when it dies", async () => {
  project = demoProject();
  program = postgrestStandIn();
  await using stack = await startStack({ directory: project.path, throwAway: true, postgrest: program.path });
  expect(stack.info().servers.postgrest).toBe(`${program.path} (12.2.12)`);
  expect(await readNotes(stack)).toMatchObject({ status: 401, body: { error: "authorization required" } });
  expect(await readNotes(stack, "alice")).toMatchObject({ status: 200, body: [{}, {}] });
  // Of a PostgREST in another process nothing is known but its answer.
  expect(stack.traces.last()?.steps.at(-1)).toMatchObject({ layer: "upstream", code: "upstream.200" });

  writeFileSync(join(project.path, "migrations/100_added.sql"), added);
  await stack.push();
  const insert = await fetch(`${stack.info().directUrl}/added`, {
    method: "POST",
    headers: { Authorization: `Bearer ${stack.token({ user: "alice" }).token}`, "Content-Type": "application/json" },
    body: '{"id": 1}',
  });
  // Not 404: the schema cache knows the table.
  expect(insert.status).toBe(403);
  // What is streamed is not kept, so the built-in one cannot be asked the same.
  const { code, notes } = await stack.diagnosis.explain(stack.traces.last()!);
  expect([code, notes.join()]).toEqual([
    "upstream.answered",
    expect.stringContaining("flux-dev why POST /added --as <user> --body '…'"),
  ]);

  const entries: LogEntry[] = [];
  stack.log.listen((entry) => entries.push(entry));
  const [victim] = await engines();
  process.kill(victim!.pid, "SIGKILL");
  await eventually("it answers again", async () => {
    const said = entries.some(({ text }) => text.includes("PostgREST ended (SIGKILL); starting it again."));
    return said && (await readNotes(stack, "alice")).status === 200;
  });
  await stack.stop();
  expect(await engines()).toEqual([]);
});

test("v1 takes its own version; another one is remarked on", async () => {
  project = demoProject({ mode: "v1" });
  program = postgrestStandIn();
  await using stack = await startStack({ directory: project.path, postgrest: program.path });
  const { anonKey, directUrl } = stack.info();
  const answer = await fetch(`${directUrl}/rest/v1/notes`, { headers: { Authorization: `Bearer ${anonKey}` } });
  expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
  await stack.stop();
  const { readFile } = await import("node:fs/promises");
  expect(await readFile(join(project.path, ".flux-dev/flux-dev.log"), "utf8")).toContain(
    "This PostgREST is 12.2.12; the platform's v1 runs 12.0.2",
  );
});

test("ends with an owner that was killed", async () => {
  project = demoProject();
  program = postgrestStandIn();
  const options = JSON.stringify({ postgrest: program.path });
  const { child } = await startScript<StackInfo>("stack-owner.ts", [project.path, options]);
  expect(await engines()).toHaveLength(1);
  child.kill("SIGKILL");
  await eventually("no engine is left", async () => (await engines()).length === 0);
});

test.each([
  ["no such file", undefined, "POSTGREST_UNUSABLE", /No such file/],
  ["one that is no PostgREST", ["nothing of the kind", "exit 3"], "POSTGREST_FAILED", /It ended \(exit 3\)/],
  ["one that complains", ["PostgREST 12.2.12", "echo bad config >&2; exit 1"], "POSTGREST_FAILED", /bad config/],
  ["one of another version", ["PostgREST 9.0.1", "exit 1"], "POSTGREST_FAILED", /^It ended/, /calls itself 9\.0\.1/],
] as const)("%s is refused, and nothing is left running", async (_, made, code, why, next = /./) => {
  project = demoProject();
  program = made === undefined ? undefined : postgrestStandIn(...made);
  const path = program?.path ?? join(project.path, "postgrest");
  await expect(startStack({ directory: project.path, throwAway: true, postgrest: path })).rejects.toMatchObject({
    code,
    why: expect.stringMatching(why),
    next: expect.stringMatching(next),
  });
});

test("a misspelt source is refused", async () => {
  project = demoProject();
  await expect(startStack({ directory: project.path, postgrest: "dokcer" })).rejects.toMatchObject({
    code: "BAD_REQUEST",
    message: '--postgrest cannot be "dokcer".',
  });
});
