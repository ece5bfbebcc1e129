/** Puts a stack together around its databases: gateway, identity provider, ports. */
import { lookup } from "node:dns/promises";
import { createGateway } from "../gateway/gateway.ts";
import { callable } from "../gateway/remote.ts";
import { listenGateway } from "../gateway/server.ts";
import type { HttpRequest } from "../http/message.ts";
import { listen } from "../http/node.ts";
import type { IdpSnapshot } from "../idp/store/store.ts";
import { listenAsPostgrest } from "../postgrest/server/http-server.ts";
import { projectHosts } from "../project/address.ts";
import type { ModeName } from "../project/mode/types.ts";
import type { Project } from "../project/project.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import { TraceRing } from "../trace/ring.ts";
import { ignoreSteps } from "../trace/step.ts";
import { Conditions } from "./conditions.ts";
import { gatewayConfig } from "./gateway-config.ts";
import { openIdentityProvider } from "./identity-provider.ts";
import { openListeners } from "./listeners.ts";
import type { LiveMode } from "./live-mode.ts";
import type { Logbook } from "./logbook.ts";
import { ModeSwitch } from "./mode-switch.ts";
import { recorder } from "./recording.ts";
import { RunningStack } from "./running-stack.ts";
import type { StateFile } from "./state.ts";
import { keepTraces } from "./trace-file.ts";

export interface Assembly {
  /** Where flux-dev was started. */
  readonly directory: string;
  readonly project: Project;
  readonly strict: boolean;
  readonly state: StateFile;
  readonly clock: Clock;
  readonly log: Logbook;
  readonly initial: ModeName;
  /** Default: an active project without faults. */
  readonly conditions?: Conditions;
  /** Called once per mode, when it is first needed. */
  startMode(mode: ModeName): Promise<LiveMode>;
  /** Where the identity provider keeps its state; undefined: nowhere. */
  readonly idpFile: string | undefined;
  /** What it begins with where there is no file. */
  readonly idpState?: IdpSnapshot | undefined;
  /** Where every request's trace is kept; undefined: nowhere. */
  readonly traceFile?: string | undefined;
  /** A port asked for. */
  readonly servicePort: number | undefined;
  /** Any free port will do, and none is remembered for the next time. */
  readonly anyPort: boolean;
  /** Parent of the clusters' data directories, where the stack has any of its own. */
  readonly dataRoot?: string | undefined;
  /** Undoes what starting did outside this process, once everything has stopped. */
  release(): Promise<void>;
}

/** `undo` receives the way back of every step that was done, for when a later one fails. */
export async function assemble(assembly: Assembly, undo: (() => unknown)[]): Promise<RunningStack> {
  const { directory, project, strict, state, clock, log, initial } = assembly;
  const { secrets } = state.now;
  const { conditions = new Conditions(project, secrets, initial, clock) } = assembly;
  const modes = new ModeSwitch({
    initial,
    start: (mode) => assembly.startMode(mode),
    onChange: (mode) => {
      conditions.apply(mode);
      log.write("stack", "note", `The project is now ${mode}.`);
    },
  });
  undo.push(() => modes.stop());
  await modes.to(initial);

  const traces = new TraceRing();
  const closeTraces = assembly.traceFile === undefined ? undefined : keepTraces(traces, assembly.traceFile);
  const gateway = createGateway({
    catalog: conditions.catalog,
    faults: conditions.faults,
    config: gatewayConfig(project, secrets, strict),
    clock,
    // Another program cannot be told that time was moved: to it, such a token would be expired or of the future.
    bridgeClock: { now: () => (modes.runtime("v2").builtIn ? clock : systemClock).now() },
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
    file: assembly.idpFile,
    saved: assembly.idpState,
    scriptRoots: [...new Set([directory, project.directory])],
    projectSecret: () => secrets.project[modes.current],
  });

  const host = project.config.host ?? "127.0.0.1";
  const { servicePort, anyPort } = assembly;
  const postgrest = (request: HttpRequest) => callable(modes.runtime().upstream)(request, ignoreSteps);
  const listeners = await openListeners(
    {
      service: (port) => listenGateway(gateway, { host, port }),
      postgrest: (port) => listenAsPostgrest(postgrest, postgrest, { host, port }),
      idp: (port) => listen((request) => idp.handle(request), { host, port }),
    },
    {
      fixed: {
        ...(anyPort ? {} : project.config.ports),
        ...(servicePort === undefined ? {} : { service: servicePort }),
      },
      directory,
      throwAway: anyPort,
      state,
    },
    (listening) => undo.push(() => listening.close()),
  );
  if (!isLoopback(host)) log.write("stack", "warning", openToOthers(host));
  const hostsResolve = await resolvesToLoopback(projectHosts(project.identity, project.config.baseDomain).flat);
  log.write("stack", "info", `Started ${project.identity.slug} (${initial}) on port ${listeners.service.port}.`);
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
    conditions,
    gateway,
    idp,
    listeners,
    dataRoot: assembly.dataRoot,
    release: async () => {
      await closeTraces?.();
      await assembly.release();
    },
  });
}

const isLoopback = (host: string): boolean => host === "localhost" || host === "::1" || /^127\./.test(host);

const openToOthers = (host: string): string =>
  `Listening on ${host}: other machines can reach this project, its users and its data.`;

const resolutions = new Map<string, Promise<boolean>>();

/** Browsers and curl resolve names below `localhost` by themselves; other programs depend on the system. Asked once. */
function resolvesToLoopback(name: string): Promise<boolean> {
  const domain = name.slice(name.indexOf(".") + 1);
  let resolution = resolutions.get(domain);
  if (resolution === undefined) {
    resolution = lookup(name, 4).then(
      ({ address }) => isLoopback(address),
      () => false,
    );
    resolutions.set(domain, resolution);
  }
  return resolution;
}
