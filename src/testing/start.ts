/** `startFlux`: from a directory, or from SQL in a test, to a project that answers. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { modeNamed } from "../project/mode/mode.ts";
import type { ModeName } from "../project/mode/types.ts";
import type { PostgrestSource } from "../project/parts.ts";
import { loadProject, type Project } from "../project/project.ts";
import { StackError } from "../stack/errors.ts";
import { chosenPostgrest } from "../stack/sources.ts";
import { requireMovable, TestClock } from "./clock.ts";
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
  /**
   * `builtin`, `docker`, `binary` or a program's path; default: the configuration, else built-in. Each fork gets a program
   * or container of its own, which costs what starting one costs. A URL is refused: what runs there serves one database.
   */
  readonly postgrest?: string;
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
  const { from, postgres, onProgress } = { onProgress: () => {}, ...options };
  const ground = new LocalGround({ directory: chosen.directory, from, postgres, onProgress });
  try {
    return await openFlux(ground, { ...chosen, onProgress }, () => ground.close());
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
  /** Throws for what cannot serve a fork. */
  postgrest(mode: ModeName): PostgrestSource;
  onProgress?(text: string): void;
}

/** Reads the project. Throws `ProjectFileError`, `StackError` or the platform's texts. */
export async function choose(choice: ProjectChoice): Promise<Chosen> {
  const home = resolve(choice.directory ?? ".");
  if (!existsSync(home)) throw noDirectory(home);
  const project = choice.project === undefined ? await loadProject(home) : inlineProject(choice.project, home);
  const { strict = project.config.strict } = choice;
  const mode = choice.mode === undefined ? project.mode : modeNamed(choice.mode);
  const postgrest = (name: ModeName) =>
    ofItsOwn(chosenPostgrest({ name: "postgrest", text: choice.postgrest }, project, name));
  return { directory: home, project, mode, strict, postgrest };
}

const noDirectory = (path: string) =>
  new StackError("BAD_REQUEST", {
    what: `There is no directory ${path}.`,
    why: "It was named as the project's, and without a project's files the demo would run in its place.",
    next: "Correct `directory`, or leave it out for the current one.",
  });

/** Every fork has another database; what somebody else has started serves the one that it was started for. */
function ofItsOwn(source: PostgrestSource): PostgrestSource {
  if (source.kind !== "url") return source;
  throw new StackError("BAD_REQUEST", {
    what: `The PostgREST at ${source.url} cannot serve projects under test.`,
    why: "It was started for one database, and each of them has a new one.",
    next: 'Pass postgrest: "builtin", "docker", "binary" or a program\'s path, whatever the configuration says: each project under test then gets its own.',
  });
}

/** The same on a ground that others may stand on as well. `closed` is called when it and all its forks have stopped. */
export async function openFlux(
  ground: Ground,
  { directory, project, mode, strict, postgrest, onProgress: progress = () => {} }: Chosen,
  closed: () => Promise<void> = async () => {},
): Promise<Flux> {
  const family = new Set<Flux>();

  const open = async (snapshot: Snapshot | undefined, onStopped: (flux: Flux) => Promise<void>): Promise<Flux> => {
    const clock = new TestClock();
    const docker = () => ground.docker();
    const source = (name: ModeName): Promise<Source> =>
      snapshot?.mode === name ? Promise.resolve(snapshot.source) : ground.source(project, name);
    const parts = { project, directory, strict, clock, source, postgrest, docker, progress };
    const fork = await openFork({ ...parts, mode: snapshot?.mode ?? mode });
    const movable = (name: ModeName) => requireMovable(name, postgrest(name));
    clock.mayMove = () => movable(fork.stack.mode);
    const flux: Flux = new Flux({
      fork,
      clock,
      requireMovable: movable,
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
