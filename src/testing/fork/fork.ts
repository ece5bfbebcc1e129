/** An independent project at work: a stack of its own on databases copied from a template. */
import type { DockerSession } from "../../postgres/docker/session.ts";
import type { ModeName } from "../../project/mode/types.ts";
import type { PostgrestSource } from "../../project/parts.ts";
import type { Project } from "../../project/project.ts";
import { assemble } from "../../stack/assemble.ts";
import { Logbook } from "../../stack/logbook.ts";
import type { RunningStack } from "../../stack/running-stack.ts";
import { StateFile } from "../../stack/state.ts";
import type { Clock } from "../../time/clock.ts";
import type { Source } from "../ground/source.ts";
import { ForkMode } from "./fork-mode.ts";

export interface ForkOptions {
  readonly project: Project;
  readonly directory: string;
  readonly mode: ModeName;
  readonly strict: boolean;
  readonly clock: Clock;
  /** What answers for a mode. Throws for what cannot serve a fork. */
  postgrest(mode: ModeName): PostgrestSource;
  /** The containers of whatever runs in one. */
  docker(): Promise<DockerSession>;
  /** Hears what takes time, before it begins. */
  progress(text: string): void;
  /** Where the database of a mode is copied from. */
  source(mode: ModeName): Promise<Source>;
}

export interface Fork {
  readonly stack: RunningStack;
  /** The live mode. */
  mode(): ForkMode;
  /** Every mode that has been needed so far. */
  started(): readonly ForkMode[];
}

let forks = 0;

export async function openFork(options: ForkOptions): Promise<Fork> {
  const { directory, clock, strict, mode, source, docker, progress } = options;
  options.postgrest(mode);
  // A host of its own, so that cookies and logs of two forks can be told apart. Names in SQL follow from the id, which stays.
  const { identity } = options.project;
  const slug = `${identity.slug.slice(0, 30)}-fork-${process.pid.toString(36)}${(++forks).toString(36)}`;
  const project = { ...options.project, identity: { ...identity, slug } };
  const { state } = await source(mode);
  const log = new Logbook(undefined);
  const modes = new Map<ModeName, ForkMode>();
  const undo: (() => unknown)[] = [];
  try {
    const stack = await assemble(
      {
        directory,
        project,
        strict,
        state: StateFile.inMemory(state),
        clock,
        log,
        initial: mode,
        startMode: async (name) => {
          const postgrest = options.postgrest(name);
          const parts = { mode: name, project, directory, postgrest, clock, log, docker, progress };
          const started = await ForkMode.start({ ...parts, source: await source(name) });
          modes.set(name, started);
          return started;
        },
        idpFile: undefined,
        idpState: state.idp,
        servicePort: undefined,
        anyPort: true,
        release: async () => {},
      },
      undo,
    );
    return { stack, mode: () => modes.get(stack.mode)!, started: () => [...modes.values()] };
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}
