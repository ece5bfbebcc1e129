/** From a directory to a running stack. */
import { resolve } from "node:path";
import type { ModeName } from "../project/mode/types.ts";
import { loadProject, type Project } from "../project/project.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import { assemble } from "./assemble.ts";
import { StackError } from "./errors.ts";
import { forgetData, type Home, ownHome, throwAwayHome } from "./home.ts";
import { Logbook } from "./logbook.ts";
import { ModeRuntime } from "./mode-runtime.ts";
import { register } from "./registry.ts";
import type { RunningStack } from "./running-stack.ts";
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
  /** Exactly as the platform, also where that is inconvenient. */
  readonly strict?: boolean | undefined;
  /** Nothing is kept or shared: free ports, data in a temporary directory that goes with the stack. */
  readonly throwAway?: boolean | undefined;
  readonly clock?: Clock | undefined;
  /** Hears what takes time, before it begins. */
  readonly onProgress?: ((text: string) => void) | undefined;
}

/**
 * Starts everything. Rejects with a typed error (`StackError`, `PostgresError`, `ProjectFileError`, `ProjectSqlError`,
 * `PushRefused`) and leaves nothing behind then.
 */
export async function startStack(options: StackOptions): Promise<RunningStack> {
  const directory = resolve(options.directory);
  const project = await loadProject(directory);
  refuseUnsupported(project);
  const home = options.throwAway ? await throwAwayHome() : await ownHome(directory);
  const undo: (() => unknown)[] = [() => home.release()];
  try {
    return await compose(options, directory, project, home, undo);
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

async function compose(
  options: StackOptions,
  directory: string,
  project: Project,
  home: Home,
  undo: (() => unknown)[],
): Promise<RunningStack> {
  const { clock = systemClock, throwAway = false, onProgress = () => {} } = options;
  const { places } = home;
  const state = await StateFile.open(places?.state, directory, project);
  if (options.fresh) await forgetData(home.dataRoot, state);
  const log = new Logbook(places?.log);
  undo.push(() => log.close());
  for (const note of project.notes) log.write("stack", "note", note);

  const stack = await assemble(
    {
      directory,
      project,
      strict: options.strict ?? project.config.strict,
      state,
      clock,
      log,
      initial: options.mode ?? project.mode,
      startMode: (mode) =>
        ModeRuntime.start({
          mode,
          project,
          dataRoot: home.dataRoot,
          serverLog: places?.serverLog(mode),
          throwAway,
          directory,
          state,
          clock,
          log,
          progress: onProgress,
        }),
      idpFile: places?.idp,
      servicePort: options.port,
      anyPort: throwAway,
      release: home.release,
    },
    undo,
  );
  if (!throwAway) register(directory);
  return stack;
}

function refuseUnsupported(project: Project): void {
  const { postgrest, postgres } = project.config;
  const asked = postgrest !== "builtin" ? `postgrest: ${postgrest}` : postgres.url !== undefined && "postgres.url";
  if (!asked) return;
  throw new StackError("UNSUPPORTED", {
    what: `This version of flux-dev cannot do what the configuration asks for (${asked}).`,
    why: "It runs its own PostgREST engine and its own Postgres only.",
    next: "Remove the setting.",
  });
}
