import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FuzzOptions, type FuzzReport, fuzz } from "../../../scripts/fuzz/run.ts";
import { createWorld, type World } from "../../../scripts/fuzz/world.ts";
import type { RunningCluster } from "../../../src/postgres/server.ts";
import type { Engine } from "../../../src/postgrest/engine.ts";
import { createTestCluster } from "../../support/postgres.ts";

/** A cluster of its own: the roles of the corpus have fixed names. */
let cluster: RunningCluster;
let world: World;
beforeAll(async () => {
  cluster = await createTestCluster();
  world = await createWorld(cluster.url(), "12.2");
});
afterAll(async () => {
  await world.close();
  await cluster.stop();
});

const run = (options: Pick<FuzzOptions, "from" | "to" | "tamper">): Promise<FuzzReport> =>
  fuzz({ ...options, world, seed: 1, limit: 10_000, print: null });

it("finds nothing that PostgREST would not do in 1,500 requests", async () => {
  const { findings, tally, readings } = await run({ from: 0, to: 1500 });
  expect(findings).toEqual([]);
  expect(tally.total).toBe(1500);
  // Most requests would prove little if all were refused before they reach the database.
  expect(tally.withStatus("2xx")).toBeGreaterThan(150);
  expect(readings.at(-1)?.prepared).toBeGreaterThan(20);
});

describe("finds a planted fault", () => {
  const faults: ReadonlyArray<
    readonly [name: string, tamper: (handle: Engine["handle"]) => Engine["handle"], finding: RegExp]
  > = [
    [
      "a value written into the statement",
      (handle) => (request, observe) =>
        handle(request, (step) => {
          const statements = step.evidence["statements"] as Array<{ text: string; parameters: unknown[] }> | undefined;
          const inlined = statements?.map((one) => ({
            ...one,
            text: one.text.replaceAll(/\$(\d+)/g, (_, place) => `'${one.parameters[Number(place) - 1]}'`),
          }));
          observe?.({ ...step, evidence: { ...step.evidence, statements: inlined } });
        }),
      /client's text in a literal/,
    ],
    [
      "a name that is not quoted",
      (handle) => (request, observe) =>
        handle(request, (step) => {
          const statements = step.evidence["statements"] as Array<{ text: string }> | undefined;
          const bare = statements?.map((one) => ({ ...one, text: one.text.replaceAll('"', "") }));
          observe?.({ ...step, evidence: { ...step.evidence, statements: bare } });
        }),
      /client's text outside a quoted name/,
    ],
    [
      "a value of another request",
      (handle) => (request, observe) =>
        handle(request, (step) => {
          const statements = step.evidence["statements"] as Array<{ parameters: unknown[] }> | undefined;
          const mixed = statements?.map((one) => ({ ...one, parameters: one.parameters.map(() => "another's") }));
          observe?.({ ...step, evidence: { ...step.evidence, statements: mixed } });
        }),
      /remembered: sent .*another's/,
    ],
    [
      "a 500 without a reason",
      (handle) => async (request, observe) => {
        const answer = await handle(request, observe);
        return answer.status === 200 ? { ...answer, status: 500, body: '{"code":"PGRSTX00","message":"oh"}' } : answer;
      },
      /500 PGRSTX00 oh/,
    ],
    [
      "an exception",
      (handle) => (request, observe) =>
        request.query === "" ? Promise.reject(new Error("oh")) : handle(request, observe),
      /thrown: Error: oh/,
    ],
    [
      "a rejection that nobody handles",
      (handle) => (request, observe) => {
        if (request.method === "DELETE") void Promise.reject(new Error("nobody"));
        return handle(request, observe);
      },
      /unhandled: Error: nobody/,
    ],
  ];

  it.each(faults)("%s", async (_, tamper, finding) => {
    const { findings } = await run({ from: 0, to: 90, tamper });
    expect(findings.join("\n")).toMatch(finding);
  });

  it("no answer", async () => {
    const never = new Promise<never>(() => {});
    const { findings } = await fuzz({
      world,
      seed: 1,
      from: 0,
      to: 30,
      limit: 300,
      print: null,
      tamper: (handle) => (request, observe) => (request.method === "POST" ? never : handle(request, observe)),
    });
    expect(findings.join("\n")).toMatch(/no answer within 300 ms/);
  });
});
