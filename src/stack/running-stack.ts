/** A stack that answers. Everything the control API, the CLI and the test kit can ask of one. */
import type { Client } from "pg";
import { type AppliedFile, applyProject, type PushedTarget } from "../database/apply.ts";
import { type RecordedMigration, recordedMigrations } from "../database/push/ledger.ts";
import type { ActiveFault, FaultRequest } from "../gateway/faults.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { framed, type HttpRequest, type HttpResponse } from "../http/message.ts";
import { clerkEnv } from "../idp/env.ts";
import type { TokenExplanation } from "../idp/explain.ts";
import type { Idp } from "../idp/idp.ts";
import { withClient } from "../postgres/admin.ts";
import { projectHosts, serviceUrl } from "../project/address.ts";
import { modes } from "../project/mode/mode.ts";
import type { ModeName } from "../project/mode/types.ts";
import { loadProject, type Project } from "../project/project.ts";
import type { PushChoice } from "../project/push-choice.ts";
import type { Clock } from "../time/clock.ts";
import { staticKey } from "../tokens/keys.ts";
import type { TraceRing } from "../trace/ring.ts";
import type { Conditions } from "./conditions.ts";
import { StackDiagnosis } from "./diagnosis/diagnosis.ts";
import { type EnvironmentGroup, environment } from "./environment.ts";
import { type Example, findExamples } from "./examples.ts";
import { explainProjectToken } from "./explain-token.ts";
import type { ProjectState } from "./gateway-config.ts";
import { templates } from "./identity-provider.ts";
import type { StackInfo } from "./info.ts";
import type { Listeners } from "./listeners.ts";
import type { Logbook } from "./logbook.ts";
import type { ModeSwitch } from "./mode-switch.ts";
import { type PlannedTarget, type PlanRequest, planTargets, pushTargets } from "./push.ts";
import { noDataOfItsOwn, requireSnapshot, restoreSnapshot } from "./snapshots.ts";
import type { StateFile } from "./state.ts";
import { issueToken, type StackToken, type TokenRequest } from "./tokens.ts";

export interface StackParts {
  /** Where flux-dev was started; paths given to `push` are relative to it. */
  readonly directory: string;
  readonly project: Project;
  readonly strict: boolean;
  /** Whether names below `localhost` lead to this machine. */
  readonly hostsResolve: boolean;
  readonly state: StateFile;
  readonly clock: Clock;
  readonly log: Logbook;
  readonly traces: TraceRing;
  readonly modes: ModeSwitch;
  readonly conditions: Conditions;
  readonly gateway: Gateway;
  readonly idp: Idp;
  readonly listeners: Listeners;
  /** Parent of the clusters' data directories, where the stack has any of its own. */
  readonly dataRoot: string | undefined;
  /** Undoes what starting did outside this process, once everything has stopped. */
  release(): Promise<void>;
}

export class RunningStack {
  /** Why, who may, what is wrong. */
  readonly diagnosis: StackDiagnosis;
  readonly #parts: StackParts;
  #stopping: Promise<void> | undefined;

  constructor(parts: StackParts) {
    this.#parts = parts;
    this.diagnosis = new StackDiagnosis({ ...parts, config: parts.gateway.options.config });
  }

  get mode(): ModeName {
    return this.#parts.modes.current;
  }

  get project(): Project {
    return this.#parts.project;
  }

  get traces(): TraceRing {
    return this.#parts.traces;
  }

  get log(): Logbook {
    return this.#parts.log;
  }

  info(): StackInfo {
    const { project, modes: live, state, clock, listeners, directory, strict, hostsResolve } = this.#parts;
    const { identity, config } = project;
    const mode = modes[live.current];
    const secret = state.now.secrets.project[live.current];
    const key = (role: "anon" | "service_role") =>
      mode.tokens.keyRoles.includes(role) ? staticKey(role, secret, clock) : null;
    const { port } = listeners.service;
    const urls = {
      serviceUrl: serviceUrl(identity, { baseDomain: config.baseDomain, port }),
      directUrl: listeners.service.url,
    };
    return {
      slug: identity.slug,
      hash: identity.hash,
      mode: live.current,
      catalogMode: mode.catalogName,
      projectId: identity.id,
      ...urls,
      appUrl: hostsResolve ? urls.serviceUrl : urls.directUrl,
      apiSchema: mode.names(identity).schema,
      jwtSecret: secret,
      anonKey: key("anon"),
      serviceRoleKey: key("service_role"),
      databaseUrl: live.runtime().databaseUrl,
      servers: live.runtime().about,
      postgrestUrl: listeners.postgrest.url,
      idpUrl: listeners.idp.url,
      pid: process.pid,
      directory,
      demo: project.demo,
      strict,
      users: project.users.map((user) => user.name),
    };
  }

  environment(): EnvironmentGroup[] {
    const info = this.info();
    return environment(info, clerkEnv(this.#parts.idp.instance, info.idpUrl));
  }

  /** What the platform has done to the project. */
  get projectState(): ProjectState {
    return this.#parts.conditions.state;
  }

  /** As `flux project sleep` and its like do, at once. Throws on v1, whose edge does not look at states. */
  setProjectState(state: ProjectState): void {
    this.#parts.conditions.setState(state, this.mode);
  }

  get fault(): ActiveFault | undefined {
    return this.#parts.conditions.faults.active;
  }

  /** Failures on demand; null ends them. Throws for what the live mode cannot have. */
  setFault(request: FaultRequest | null): ActiveFault | undefined {
    const { conditions, modes: live } = this.#parts;
    return conditions.setFault(request ?? undefined, live.current, live.runtime().builtIn);
  }

  /** A request through the gateway, without a socket. A missing Host means this project, and its length need not be said. */
  request(request: HttpRequest): Promise<HttpResponse> {
    const { gateway, project } = this.#parts;
    const named = request.headers.some(([name]) => name.toLowerCase() === "host");
    const host = ["Host", projectHosts(project.identity, project.config.baseDomain).flat] as const;
    return gateway.handle(framed(named ? request : { ...request, headers: [host, ...request.headers] }));
  }

  /** Same URL, other mode. The first time it takes as long as a cluster takes to start. */
  async switchMode(mode: ModeName): Promise<void> {
    await this.#parts.modes.to(mode);
  }

  /** Who accepts that token, in each mode and at Clerk's SDKs, and why. */
  explainToken(jwt: string): TokenExplanation {
    const { project, state, idp, clock } = this.#parts;
    return explainProjectToken(jwt, { project, secrets: state.now.secrets, instance: idp.instance, clock });
  }

  token(request: TokenRequest = {}): StackToken {
    const { idp, state, clock } = this.#parts;
    return issueToken(idp, state.now.secrets.project[this.mode], clock, request);
  }

  /** What `flux push` does, on the live mode. Without a target it takes the project's own. `pushed` as for `applyProject`. */
  push(target?: string, choice: PushChoice = {}, pushed: PushedTarget[] = []): Promise<readonly AppliedFile[]> {
    const { modes: live, project, directory, conditions } = this.#parts;
    return live.alone(async () => {
      const files = { migrations: pushTargets(directory, project, target, choice), seeds: [] };
      const mode = live.current;
      return conditions.changing(
        mode,
        () => this.withDatabase((client) => applyProject(client, project.identity, mode, files, pushed)),
        () => live.runtime(mode).reload(),
      );
    });
  }

  /** What a push would do. Throws what `push` would for conflicts and sizes, where the request wants it. */
  async planPush({ target, refuses, ...choice }: PlanRequest): Promise<PlannedTarget[]> {
    const { project, directory } = this.#parts;
    const targets = pushTargets(directory, project, target, choice);
    return this.withDatabase((client) => planTargets(client, project, this.mode, targets, refuses));
  }

  /** What the ledger of the live mode says has been applied. */
  migrations(): Promise<RecordedMigration[]> {
    return this.withDatabase((client) => recordedMigrations(client, this.info().apiSchema));
  }

  /** PostgREST reads the schema again, unless a fault wants it not to. */
  reload(): Promise<void> {
    const { modes: live, conditions } = this.#parts;
    return conditions.reload(() => live.runtime().reload());
  }

  /** Reads the project's files again and makes the databases of both modes anew from them. */
  reset(): Promise<readonly AppliedFile[]> {
    const { modes: live, state, idp, directory } = this.#parts;
    return live.alone(async () => {
      const files = await loadProject(directory);
      const project = { ...files, identity: this.project.identity };
      let applied: readonly AppliedFile[] = [];
      for (const mode of ["v1", "v2"] as const) {
        const runtime = live.started.find((started) => started.mode === mode);
        if (runtime === undefined) state.forgetDatabases(mode);
        else if (mode === live.current) applied = await runtime.reset(project);
        else await runtime.reset(project);
      }
      idp.setUsers(project.users);
      idp.setTemplates(templates(project));
      return applied;
    });
  }

  /** Puts a snapshot in the place of the databases. Requests fail meanwhile, as they do without Postgres. */
  async restore(name: string): Promise<void> {
    const { modes: live, state, directory, dataRoot } = this.#parts;
    if (dataRoot === undefined) throw noDataOfItsOwn();
    requireSnapshot(directory, name);
    await live.restart(() =>
      restoreSnapshot(directory, name, dataRoot, (mode, ready) => state.setDatabase(mode, ready)),
    );
  }

  /** Requests that show the project's security at work, as they answer now. */
  examples(): Promise<Example[]> {
    return findExamples(this, this.#parts.gateway);
  }

  /** A superuser's connection to the live mode's database. */
  withDatabase<T>(work: (client: Client) => Promise<T>): Promise<T> {
    return withClient(this.#parts.modes.runtime().databaseUrl, work);
  }

  /** Safe to call twice. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const { listeners, modes: live, log, release } = this.#parts;
    await Promise.all(Object.values(listeners).map((listener) => listener.close()));
    await live.stop();
    log.write("stack", "info", "Stopped.");
    await log.close();
    await release();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
