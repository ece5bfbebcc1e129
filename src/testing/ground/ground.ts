/** What forks stand on: a Postgres per mode, and in it a seeded template of every project under test. */
import type { ModeName } from "../../project/mode/types.ts";
import type { Project } from "../../project/project.ts";
import type { Source } from "./source.ts";

export interface Ground {
  /** The project's seeded template, made when first asked for. Rejects with what a push or a seed says. */
  source(project: Project, mode: ModeName): Promise<Source>;
  close(): Promise<void>;
}
