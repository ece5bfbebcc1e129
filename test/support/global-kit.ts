/** vitest globalSetup: the ground of the test kit for the whole run. Its Postgres starts with the first test that needs it. */
import type { TestProject } from "vitest/node";
import { shareGround } from "../../src/testing/ground/shared.ts";
import { GROUND } from "../../src/testing/vitest/provided.ts";

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const ground = await shareGround();
  project.provide(GROUND, ground.address);
  return () => ground.close();
}
