/**
 * `globalSetup` for vitest: one Postgres per run, with the project of the root directory seeded in it before the first test.
 * Workers reach it through `inject`.
 */
import type { TestProject } from "vitest/node";
import { shareGround } from "../ground/shared.ts";
import { choose } from "../start.ts";
import { GROUND } from "./provided.ts";

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const chosen = await choose({ directory: project.config.root });
  const ground = await shareGround({ directory: chosen.directory });
  try {
    await ground.prepare(chosen.project, chosen.mode);
  } catch (error) {
    await ground.close();
    throw error;
  }
  project.provide(GROUND, ground.address);
  return () => ground.close();
}
