/** `flux-dev/vitest`: tests that get a project of their own, and matchers that speak of access. */
import { expect, inject, test as plain } from "vitest";
import type { Flux } from "../flux.ts";
import type { Ground } from "../ground/ground.ts";
import { LocalGround } from "../ground/local.ts";
import { BorrowedGround } from "../ground/shared.ts";
import { choose, openFlux, type ProjectChoice } from "../start.ts";
import { type AccessMatchers, matchers } from "../verdicts/matchers.ts";
import { GROUND } from "./provided.ts";

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: as vitest declares it; declarations must agree to be merged.
  interface Matchers<T = any> extends AccessMatchers {}
}

expect.extend(matchers);

export interface FluxFixtures {
  /** A project for this test alone, seeded. */
  flux: Flux;
  /** One for all tests of the file, made when the first of them asks. */
  fileFlux: Flux;
}

/** `test` for a project other than that of the root directory. Reads the project once. */
export function fluxTest(choice: ProjectChoice = {}) {
  let chosen: ReturnType<typeof choose> | undefined;
  const open = async (ground: Ground) => openFlux(ground, await (chosen ??= choose(choice)));
  return plain.extend<FluxFixtures & { fluxGround: Ground }>({
    fluxGround: [
      // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures that are needed off the pattern.
      async ({}, use) => {
        const address = inject(GROUND);
        // Without the global set-up every worker has a Postgres of its own: slower, and otherwise the same.
        const ground = address === undefined ? new LocalGround() : new BorrowedGround(address);
        await use(ground);
        await ground.close();
      },
      { scope: "worker" },
    ],
    flux: async ({ fluxGround }, use) => {
      const flux = await open(fluxGround);
      await use(flux);
      await flux.stop();
    },
    fileFlux: [
      async ({ fluxGround }, use) => {
        const flux = await open(fluxGround);
        await use(flux);
        await flux.stop();
      },
      { scope: "file" },
    ],
  });
}

/** For the project of the root directory; without a flux.json there, the demo. */
export const test = fluxTest();

export { afterAll, afterEach, beforeAll, beforeEach, describe, expect, vi } from "vitest";
