import { afterAll, beforeAll, expect, it } from "vitest";
import { readItems } from "../../../scripts/conformance/corpus.ts";
import { configsOfMode, type Failure, runConformance } from "../../../scripts/conformance/run.ts";
import { inProcess, type Target } from "../../../scripts/conformance/targets.ts";
import type { RunningCluster } from "../../../src/postgres/server.ts";
import type { PostgrestVersion } from "../../../src/postgrest/dialect.ts";
import { queryShape } from "../../../src/postgrest/request/query-shape.ts";
import { createTestCluster } from "../../support/postgres.ts";

/** Every recorded answer of one mode, from the version that serves it on the platform. A cluster of its own: fixed role names. */
export function proveConformance(mode: "v1" | "v2", version: PostgrestVersion): void {
  let cluster: RunningCluster;
  beforeAll(async () => {
    cluster = await createTestCluster();
  });
  afterAll(() => cluster.stop());

  it(`answers as PostgREST ${version} did in mode ${mode}`, { timeout: 300_000 }, async () => {
    const configs = configsOfMode(mode);
    const recorded = readItems(version).filter(({ config }) => configs.includes(config));
    // From the third time on the engine answers by a remembered plan. A scenario begins with a state of its own.
    const items = recorded.flatMap((item) => (item.isScenario ? [item] : [item, item, item]));
    const failures: Failure[] = [];
    let count = 0;
    const outcomes = runConformance({
      postgres: cluster.url(),
      items,
      start: async (_config, env) => afterOthersAlike(await inProcess(env, version)),
    });
    for await (const { failure } of outcomes) {
      count += 1;
      if (failure !== null) failures.push(failure);
    }
    expect(failures).toEqual([]);
    expect(count).toBe(items.length);
  });
}

/** Asks for other values twice before, so that the engine answers by what the queries have in common. */
const afterOthersAlike = (target: Target): Target => ({
  ...target,
  send: async (request) => {
    const shape = queryShape(request.query);
    const reads = request.method === "GET" || request.method === "HEAD";
    const query = shape?.text.replaceAll("\0", "0");
    if (query === undefined || !reads) return target.send(request);
    for (let times = 0; times < 2; times += 1) await target.send({ ...request, query });
    return target.send(request);
  },
});
