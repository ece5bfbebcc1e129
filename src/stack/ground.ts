/** What every start stands on: the project, its secrets and logs, and what its servers are made from. */
import { join, resolve } from "node:path";
import type { SqlFile } from "../project/discover.ts";
import type { ModeName } from "../project/mode/types.ts";
import { loadProject, type Project } from "../project/project.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import { forgetData, type Home, ownHome, throwAwayHome } from "./home.ts";
import { Logbook } from "./logbook.ts";
import { dockerParts } from "./servers/docker-parts.ts";
import type { ServerOptions } from "./servers/types.ts";
import { noDataOfItsOwn, restoreSnapshot } from "./snapshots.ts";
import { chosenPostgres, chosenPostgrest } from "./sources.ts";
import { StateFile } from "./state.ts";

export interface StackOptions {
  /** The project's directory; without a flux.json the demo runs there. */
  readonly directory: string;
  /** Default: the project's own mode. */
  readonly mode?: ModeName | undefined;
  /** Port of the Service URL: that one or an error. Default: the configuration's, else a free one that stays the same. */
  readonly port?: number | undefined;
  /** Forget the data of both modes first. */
  readonly fresh?: boolean | undefined;
  /** Name of a snapshot that takes the place of the data first. */
  readonly from?: string | undefined;
  /** Exactly as the platform, also where that is inconvenient. */
  readonly strict?: boolean | undefined;
  /** Where Postgres comes from: `embedded`, `docker` or a superuser's URL. Default: the configuration's, else embedded. */
  readonly postgres?: string | undefined;
  /** Where PostgREST comes from: `builtin`, `docker`, `binary`, a path or a URL. Default as above, else built-in. */
  readonly postgrest?: string | undefined;
  /** Use a given Postgres although it looks like somebody's own. */
  readonly iKnow?: boolean | undefined;
  /** Directory for Postgres' own log where nothing else of the stack is kept. */
  readonly serverLogs?: string | undefined;
  /** Nothing is kept or shared: free ports, data in a temporary directory that goes with the stack. */
  readonly throwAway?: boolean | undefined;
  /** Keep every request's trace, without tokens and secrets, in `.flux-dev/traces.jsonl`. */
  readonly keepTraces?: boolean | undefined;
  /** What is run in place of files of the project, by the paths that messages show. */
  readonly sql?: ReadonlyMap<string, string> | undefined;
  readonly clock?: Clock | undefined;
  /** Hears what takes time, before it begins. */
  readonly onProgress?: ((text: string) => void) | undefined;
}

export interface Ground {
  readonly directory: string;
  readonly project: Project;
  readonly home: Home;
  readonly state: StateFile;
  readonly clock: Clock;
  readonly log: Logbook;
  servers(mode: ModeName): ServerOptions;
  /** Undoes what starting did outside this process, once everything has stopped. */
  release(): Promise<void>;
}

/** Does the work, and leaves nothing behind when that fails: `undo` collects the way back, step by step. */
export async function onGround<T>(
  options: StackOptions,
  work: (ground: Ground, undo: (() => unknown)[]) => Promise<T>,
): Promise<T> {
  const directory = resolve(options.directory);
  const project = withSql(await loadProject(directory), options.sql);
  for (const mode of ["v1", "v2"] as const) {
    const { postgres } = sourcesOf(options, project, mode);
    if (options.from !== undefined && postgres.kind !== "embedded") throw noDataOfItsOwn();
  }
  const home = options.throwAway ? await throwAwayHome() : await ownHome(directory);
  const undo: (() => unknown)[] = [() => home.release()];
  try {
    return await work(await layGround(options, directory, project, home, undo), undo);
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

function withSql(project: Project, sql: StackOptions["sql"]): Project {
  if (sql === undefined || sql.size === 0) return project;
  const replaced = (file: SqlFile): SqlFile => {
    const text = sql.get(file.shown);
    return text === undefined ? file : { ...file, sql: text };
  };
  return {
    ...project,
    migrations: project.migrations.map((target) => ({ ...target, files: target.files.map(replaced) })),
    seeds: project.seeds.map(replaced),
  };
}

async function layGround(
  options: StackOptions,
  directory: string,
  project: Project,
  home: Home,
  undo: (() => unknown)[],
): Promise<Ground> {
  const { clock = systemClock, throwAway = false, onProgress = () => {} } = options;
  const { places, dataRoot } = home;
  const state = await StateFile.open(places?.state, directory, project);
  if (options.fresh) await forgetData(dataRoot, state);
  if (options.from !== undefined) {
    await restoreSnapshot(directory, options.from, dataRoot, (mode, ready) => state.setDatabase(mode, ready));
  }
  const log = new Logbook(places?.log);
  undo.push(() => log.close());
  for (const note of project.notes) log.write("stack", "note", note);
  const docker = dockerParts({
    directory,
    project: project.identity.slug,
    progress: onProgress,
    beforeCreating: () => state.rememberDocker(),
  });
  undo.push(() => docker.close());
  const servers = (mode: ModeName): ServerOptions => ({
    mode,
    project,
    ...sourcesOf(options, project, mode),
    iKnow: options.iKnow ?? false,
    docker: docker.session,
    dataRoot,
    serverLog: places?.serverLog(mode) ?? serverLogIn(options.serverLogs, mode),
    throwAway,
    directory,
    state,
    clock,
    log,
    progress: onProgress,
    onSchemaChange: (reload) => reload(),
  });
  const release = async () => {
    await docker.close();
    await home.release();
  };
  return { directory, project, home, state, clock, log, servers, release };
}

const serverLogIn = (directory: string | undefined, mode: ModeName): string | undefined =>
  directory === undefined ? undefined : join(directory, `postgres-${mode}.log`);

/** Throws `BAD_REQUEST` for a flag that names no source. */
const sourcesOf = (options: StackOptions, project: Project, mode: ModeName) => ({
  postgres: chosenPostgres({ name: "--postgres", text: options.postgres }, project, mode),
  postgrest: chosenPostgrest({ name: "--postgrest", text: options.postgrest }, project, mode),
});
