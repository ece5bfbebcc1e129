/** From a directory to a running stack. */
import { lookup } from "node:dns/promises";
import { resolve } from "node:path";
import { createGateway } from "../gateway/gateway.ts";
import { listenGateway } from "../gateway/server.ts";
import { listen } from "../http/node.ts";
import { projectHosts } from "../project/address.ts";
import type { ModeName } from "../project/mode/types.ts";
import { loadProject, type Project } from "../project/project.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import { TraceRing } from "../trace/ring.ts";
import { ignoreSteps } from "../trace/step.ts";
import { StackError } from "./errors.ts";
import { entryFor, gatewayConfig, projectCatalog } from "./gateway-config.ts";
import { forgetData, type Home, ownHome, throwAwayHome } from "./home.ts";
import { openIdentityProvider } from "./identity-provider.ts";
import { openListeners } from "./listeners.ts";
import { Logbook } from "./logbook.ts";
import { ModeRuntime } from "./mode-runtime.ts";
import { ModeSwitch } from "./mode-switch.ts";
import { recorder } from "./recording.ts";
import { register } from "./registry.ts";
import { RunningStack } from "./running-stack.ts";
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
  const strict = options.strict ?? project.config.strict;
  const state = await StateFile.open(places?.state, directory, project);
  if (options.fresh) await forgetData(home.dataRoot, state);
  const log = new Logbook(places?.log);
  undo.push(() => log.close());
  for (const note of project.notes) log.write("stack", "note", note);

  const initial = options.mode ?? project.mode;
  const { secrets } = state.now;
  const catalog = projectCatalog(project, secrets, initial);
  const modes = new ModeSwitch({
    initial,
    start: (mode) =>
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
    onChange: (mode) => {
      catalog.update(project.identity.id, entryFor(mode, secrets));
      log.write("stack", "note", `The project is now ${mode}.`);
    },
  });
  undo.push(() => modes.stop());
  await modes.to(initial);

  const traces = new TraceRing();
  const gateway = createGateway({
    catalog,
    config: gatewayConfig(project, secrets, strict),
    clock,
    mode: () => modes.current,
    upstream: (mode) => modes.runtime(mode).upstream,
    record: recorder(traces, log, strict),
    notice: (text) => log.write("gateway", "note", text),
  });
  const idp = openIdentityProvider({
    project,
    state,
    clock,
    log,
    file: places?.idp,
    scriptRoots: [...new Set([directory, project.directory])],
    projectSecret: () => secrets.project[modes.current],
  });

  const host = project.config.host ?? "127.0.0.1";
  const listeners = await openListeners(
    {
      service: (port) => listenGateway(gateway, { host, port }),
      postgrest: (port) => listen((request) => modes.runtime().upstream(request, ignoreSteps), { host, port }),
      idp: (port) => listen((request) => idp.handle(request), { host, port }),
    },
    {
      fixed: { ...project.config.ports, ...(options.port === undefined ? {} : { service: options.port }) },
      directory,
      throwAway,
      state,
    },
    (listening) => undo.push(() => listening.close()),
  );
  if (!isLoopback(host)) log.write("stack", "warning", openToOthers(host));
  const hostsResolve = await resolvesToLoopback(projectHosts(project.identity, project.config.baseDomain).flat);
  log.write("stack", "info", `Started ${project.identity.slug} (${initial}) on port ${listeners.service.port}.`);
  if (!throwAway) register(directory);
  return new RunningStack({
    directory,
    project,
    strict,
    hostsResolve,
    state,
    clock,
    log,
    traces,
    modes,
    gateway,
    idp,
    listeners,
    release: home.release,
  });
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

const isLoopback = (host: string): boolean => host === "localhost" || host === "::1" || /^127\./.test(host);

const openToOthers = (host: string): string =>
  `Listening on ${host}: other machines can reach this project, its users and its data.`;

/** Browsers and curl resolve names below `localhost` by themselves; other programs depend on the system. */
async function resolvesToLoopback(name: string): Promise<boolean> {
  try {
    const { address } = await lookup(name, 4);
    return isLoopback(address);
  } catch {
    return false;
  }
}
