import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readItems } from "../../../scripts/conformance/corpus.ts";
import { throughGateway, unfitForGateway } from "../../../scripts/conformance/gateway.ts";
import { runConformance } from "../../../scripts/conformance/run.ts";
import type { Start } from "../../../scripts/conformance/targets.ts";
import { testedProgram } from "../../../scripts/conformance/tested-program.ts";
import type { RunningCluster } from "../../../src/postgres/server.ts";
import { createTestCluster } from "../../support/postgres.ts";
import { postgrestStandIn, type StandIn } from "../../support/postgrest-stand-in.ts";

let cluster: RunningCluster;
let program: StandIn;
beforeAll(async () => {
  cluster = await createTestCluster();
  program = postgrestStandIn();
});
afterAll(async () => {
  program.remove();
  await cluster.stop();
});

describe("the recordings put to a PostgREST program", () => {
  // A few of each mode: the whole corpus is for `npm run conformance`.
  const items = readItems("12.2").filter(
    ({ group, config }) => /^(root|openapi|flow-rpc|filter-is)$/.test(group) && !config.endsWith("-commit"),
  );

  async function failures(start: Start, some: typeof items): Promise<unknown[]> {
    const found: unknown[] = [];
    for await (const { failure } of runConformance({ postgres: cluster.url(), items: some, start })) {
      if (failure !== null) found.push(failure);
    }
    return found;
  }

  it("through the gateways of both modes", { timeout: 120_000 }, async () => {
    const start = await testedProgram(program.path, "12.2");
    const fit = items.filter((item) => unfitForGateway(item) === null);
    expect(new Set(fit.map(({ config }) => config))).toEqual(new Set(["v1", "v2"]));
    expect(await failures(throughGateway(start), fit)).toEqual([]);
  });

  it("show what another version answers", { timeout: 120_000 }, async () => {
    const older = postgrestStandIn("PostgREST 12.0.2 (flux-dev stand-in)");
    try {
      const start = await testedProgram(older.path, "12.2");
      const openapi = items.filter(({ group, config }) => group === "openapi" && config === "v1");
      expect(await failures(start, openapi)).not.toEqual([]);
    } finally {
      older.remove();
    }
  });
});

it("a program that is not there is named", async () => {
  await expect(testedProgram("./no/such/postgrest", "12.2")).rejects.toMatchObject({
    code: "POSTGREST_UNUSABLE",
    why: "No such file.",
  });
});
