/** What forks stand on: a Postgres per mode, and in it a seeded template of every project under test. */
import type { DockerSession } from "../../postgres/docker/session.ts";
import type { ModeName } from "../../project/mode/types.ts";
import type { Project } from "../../project/project.ts";
import type { Source } from "./source.ts";

export interface Ground {
  /** The project's seeded template, made when first asked for. Rejects with what a push or a seed says. */
  source(project: Project, mode: ModeName): Promise<Source>;
  /** The containers of whatever runs in one, here. */
  docker(): Promise<DockerSession>;
  /** Ends what it started; forks must have stopped. */
  close(): Promise<void>;
}
