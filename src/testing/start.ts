/** `startFlux`: from a directory, or from SQL in a test, to a project that answers. */
import { resolve } from "node:path";
import type { ModeName } from "../project/mode/types.ts";
import { loadProject, type Project } from "../project/project.ts";
import { AdjustableClock } from "../time/clock.ts";
import { Flux } from "./flux.ts";
import { openFork } from "./fork/fork.ts";
import type { Ground } from "./ground/ground.ts";
import { LocalGround } from "./ground/local.ts";
import type { Source } from "./ground/source.ts";
import { type InlineProject, inlineProject } from "./project.ts";
import type { Snapshot } from "./snapshot.ts";

export interface ProjectChoice {
  /** The project's directory; default: the current one. Without a flux.json the demo runs. */
  readonly directory?: string;
  /** A project given as values, instead of a directory's files. */
  readonly project?: InlineProject;
  /** Default: the project's own. */
  readonly mode?: ModeName;
  /** Exactly as the platform, also where that is inconvenient. */
  readonly strict?: boolean;
}

export interface FluxOptions extends ProjectChoice {
  /** Name of a snapshot of the directory (`flux-dev snapshot save`), whose data are the seeded state. */
  readonly from?: string;
  /** `embedded`, `docker` or the URL of a Postgres 16 as its superuser. Default: the configuration, else embedded. */
  readonly postgres?: string;
  /** Hears what takes time, before it begins. */
  readonly onProgress?: (text: string) => void;
}

/**
 * Starts a project with a Postgres of its own. Nothing is kept: `await using` it, or `stop()` it, and nothing is left.
 * Rejects with the errors of `startStack`, and with `ProjectSqlError` or `PushRefused` for the project's SQL.
 */
export async function startFlux(options: FluxOptions = {}): Promise<Flux> {
  const chosen = await choose(options);
  const { from, postgres, onProgress = () => {} } = options;
  const ground = new LocalGround({ directory: chosen.directory, from, postgres, onProgress });
  try {
    return await openFlux(ground, chosen, () => ground.close());
  } catch (error) {
    await ground.close();
    throw error;
  }
}

export interface Chosen {
  readonly directory: string;
  readonly project: Project;
  readonly mode: ModeName;
  readonly strict: boolean;
}

/** Reads the project. Throws `ProjectFileError` or the platform's texts. */
export async function choose({ directory = ".", project: inline, mode, strict }: ProjectChoice): Promise<Chosen> {
  const home = resolve(directory);
  const project = inline === undefined ? await loadProject(home) : inlineProject(inline, home);
  return { directory: home, project, mode: mode ?? project.mode, strict: strict ?? project.config.strict };
}

/** The same on a ground that others may stand on as well. `closed` is called when it and all its forks have stopped. */
export async function openFlux(
  ground: Ground,
  { directory, project, mode, strict }: Chosen,
  closed: () => Promise<void> = async () => {},
): Promise<Flux> {
  const family = new Set<Flux>();

  const open = async (snapshot: Snapshot | undefined, onStopped: (flux: Flux) => Promise<void>): Promise<Flux> => {
    const clock = new AdjustableClock();
    const source = (name: ModeName): Promise<Source> =>
      snapshot?.mode === name ? Promise.resolve(snapshot.source) : ground.source(project, name);
    const fork = await openFork({ project, directory, mode: snapshot?.mode ?? mode, strict, clock, source });
    const flux: Flux = new Flux({
      fork,
      clock,
      open: async (from) => {
        const child = await open(from, async () => void family.delete(child));
        family.add(child);
        return child;
      },
      closed: () => onStopped(flux),
    });
    return flux;
  };

  return open(undefined, async () => {
    await Promise.all([...family].map((flux) => flux.stop()));
    await closed();
  });
}
