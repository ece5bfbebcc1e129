/**
 * The kit with a PostgREST in processes of its own, one per fork. The program is a stand-in: this project's engine behind
 * the real one's name.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StackError } from "../../../src/stack/errors.ts";
import type { Flux } from "../../../src/testing/flux.ts";
import { startFlux } from "../../../src/testing/start.ts";
import { expectAccess } from "../../../src/testing/verdicts/matchers.ts";
import { postgrestStandIn, type StandIn } from "../../support/postgrest-stand-in.ts";
import { processesWith } from "../../support/processes.ts";

describe("a program", () => {
  let program: StandIn;
  let flux: Flux;
  beforeAll(async () => {
    program = postgrestStandIn();
    flux = await startFlux({ postgrest: program.path });
  });
  afterAll(async () => {
    await flux?.stop();
    expect(await engines()).toEqual([]);
    program.remove();
  });

  const engines = async () => (await processesWith(program.mark)).filter(({ command }) => !command.startsWith("sh "));
  const notes = async (caller: Flux) => (await caller.as("bob").get("/notes?select=id")).json<unknown[]>().length;

  test("each fork has one of its own, on its own database; reset keeps its address", async () => {
    expect(flux.info.servers).toEqual({
      postgres: expect.stringMatching(/^embedded 16\.\d/),
      postgrest: `${program.path} (12.2.12)`,
    });
    const before = await engines();
    const fork = await flux.fork();
    expect(await engines()).toHaveLength(before.length + 1);
    const { url } = fork;
    expect((await fork.as("bob").post("/notes", { body: "x" })).status).toBe(201);
    expect([await notes(fork), await notes(flux)]).toEqual([2, 1]);
    // Of a PostgREST in another process nothing is known but its answer.
    expect(fork.stack.traces.last()?.steps.at(-1)).toMatchObject({ layer: "upstream", code: "upstream.200" });

    await fork.reset();
    expect([await notes(fork), fork.url]).toEqual([1, url]);
    await fork.stop();
    expect(await engines()).toHaveLength(before.length);
  });

  test("it knows what push, sql and another connection make", async () => {
    await flux.push({ sql: "create table tags (name text primary key); insert into tags values ('a')" });
    expect((await flux.as("alice").get("/tags")).json()).toEqual([{ name: "a" }]);
    await flux.sql`create table late (id int); notify pgrst, 'reload schema'`;
    await expect.poll(async () => (await flux.as("alice").get("/late")).status).toBe(403);
  });

  test("time can be moved on v2, whose gateway judges tokens, and on v1 not", async () => {
    const alice = flux.as("alice", { expiresIn: 60 });
    flux.clock.shift(61_000);
    expect((await alice.get("/notes")).status).toBe(401);
    for (const hours of [3, -6]) {
      flux.clock.shift(hours * 3_600_000);
      expect((await flux.as("alice").get("/notes")).status).toBe(200);
    }
    await expect(flux.mode("v1")).rejects.toThrow("The clock of this PostgREST cannot be moved.");
    expect(flux.info.mode).toBe("v2");
    flux.clock.reset();
    await flux.mode("v1");
    expect((await flux.as("alice").get("/notes")).status).toBe(200);
    expect(() => flux.clock.freeze()).toThrow("The clock of this PostgREST cannot be moved.");
    await flux.mode("v2");
  });

  test("its answers are explained by the built-in one's reasons, and that is said", async () => {
    await expectAccess(await flux.as("carol").get("/notes")).toBeHiddenByPolicy("notes_select");
    await expectAccess(await flux.as("alice").get("/audit_log")).toBeDeniedBy("grant", "audit_log");
    // Also when the token has long expired by the time somebody asks.
    const answer = await flux.as("carol", { expiresIn: 3 }).get("/notes");
    await sleep(3100);
    const notes = (await flux.why(answer)).notes.join("\n");
    expect(notes).toContain(`of another PostgREST (${program.path} (12.2.12))`);
    expect(notes).toContain("The reasons are the built-in one's, which answers 200 as well.");
  });

  test("where the built-in one answers otherwise by now, its reasons are not given", async () => {
    await flux.push({ sql: "create table keys (id int primary key); grant insert on keys to authenticated" });
    await flux.sql`insert into keys values (1)`;
    const answer = await flux.as("bob").post("/keys", { id: 1 });
    expect(answer.status).toBe(409);
    await flux.sql`delete from keys`;
    const { code, notes } = await flux.why(answer);
    expect(code).toBe("upstream.answered");
    expect(notes.join()).toContain("asked the same now, answers 201 instead of 409");
  });

  test("a stale cache is refused, since it hears of changes by itself", () => {
    expect(() => flux.stack.setFault({ kind: "stale-cache" })).toThrow("cannot be made stale");
  });
});

test("what cannot be had is said, and nothing is left running", async () => {
  const start = startFlux({ postgrest: "./nowhere/postgrest" });
  await expect(start).rejects.toMatchObject({
    code: "POSTGREST_UNUSABLE",
    why: expect.stringContaining("No such file"),
  });
});

test.each([
  ["dokcer", 'postgrest cannot be "dokcer".'],
  ["http://127.0.0.1:3000", "The PostgREST at http://127.0.0.1:3000 cannot serve projects under test."],
])("postgrest: %s is refused", async (postgrest, message) => {
  const error = await startFlux({ postgrest }).then(
    () => expect.fail("it started"),
    (problem: StackError) => problem,
  );
  expect(error).toMatchObject({ code: "BAD_REQUEST", message });
});

test("the configuration's is taken unless another is named", async () => {
  const project = { config: { postgrest: "http://127.0.0.1:3000" } };
  await expect(startFlux({ project })).rejects.toThrow("cannot serve projects under test");
  await using flux = await startFlux({ project, postgrest: "builtin" });
  expect(flux.info.servers.postgrest).toBe("built-in (12.2.12)");
});
