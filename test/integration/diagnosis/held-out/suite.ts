/**
 * What people might break, by mechanism, in both modes: each has to get its own diagnosis and nothing that is false beside
 * it, its remedy has to mend it, and a neighbour without the mistake has nothing to explain.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ModeName } from "../../../../src/project/mode/types.ts";
import { type Bench, startBench } from "../../../support/explain.ts";
import { apps } from "./apps.ts";
import { business } from "./business.ts";
import { calls } from "./calls.ts";
import { constraints } from "./constraints.ts";
import { desks } from "./desks.ts";
import { expressions } from "./expressions.ts";
import { grants } from "./grants.ts";
import { helperQueries } from "./helper-queries.ts";
import { helpers } from "./helpers.ts";
import { lookups } from "./lookups.ts";
import { queries } from "./queries.ts";
import { reads } from "./reads.ts";
import { requests } from "./requests.ts";
import type { Ask } from "./scenario.ts";
import { societies } from "./societies.ts";
import { tenants } from "./tenants.ts";
import { trades } from "./trades.ts";
import { triggers } from "./triggers.ts";
import { work } from "./work.ts";
import { writes } from "./writes.ts";

const scenarios = Object.entries({
  ...grants,
  ...reads,
  ...writes,
  ...expressions,
  ...requests,
  ...tenants,
  ...triggers,
  ...constraints,
  ...queries,
  ...business,
  ...lookups,
  ...helpers,
  ...helperQueries,
  ...calls,
  ...trades,
  ...societies,
  ...apps,
  ...work,
  ...desks,
});

export function heldOutSuite(mode: ModeName): void {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench(mode);
  });
  afterAll(() => bench.close());

  const here = scenarios.filter(([, { modes = [mode] }]) => modes.includes(mode));

  it.each(here)("%s", async (_, { asks, ...scenario }) => {
    await bench.become(scenario);
    for (const ask of asks) if ((ask.modes ?? [mode]).includes(mode)) await check(ask);
  });

  async function check({ codes, says = "", mended, after, before, modes: _, ...request }: Ask): Promise<void> {
    const about = `${request.method ?? "GET"} ${request.path}`;
    if (before !== undefined) await bench.run(before);
    const found = await bench.why(request);
    const expected = "v1" in codes ? codes[mode] : codes;
    expect(found.codes, about).toEqual(expected);
    if (expected[0]!.startsWith("ok.") && "v1" in codes) return;
    expect(found.said, about).toContain(says);
    if (mended === undefined) return;
    const { sql } = found.diagnosis.fix ?? {};
    if (typeof mended === "string") await bench.push(mended === "fix" ? sql! : mended);
    const again = await bench.why(typeof mended === "string" ? request : { ...request, ...mended });
    if (after !== undefined) expect(again.codes, `${about}, mended`).toEqual(after);
    else expect(again.codes.join(), `${about}, mended`).toMatch(/^ok\.(rows|written|called)$/);
  }
}
