/** A project under test: ephemeral, in process, with forks by the dozen. */

import type { Matrix } from "../diagnosis/matrix/types.ts";
import type { Diagnosis } from "../diagnosis/types.ts";
import type { HttpRequest } from "../http/message.ts";
import { projectHosts } from "../project/address.ts";
import { modeNamed, modes } from "../project/mode/mode.ts";
import type { ModeName } from "../project/mode/types.ts";
import type { StackInfo } from "../stack/info.ts";
import type { RunningStack } from "../stack/running-stack.ts";
import type { TokenRequest } from "../stack/tokens.ts";
import type { AdjustableClock } from "../time/clock.ts";
import { staticKey } from "../tokens/keys.ts";
import type { Trace } from "../trace/trace.ts";
import type { Fork } from "./fork/fork.ts";
import { pushText } from "./push.ts";
import { Caller, type Endpoint } from "./request/caller.ts";
import { keepTraces, requireOrigin } from "./request/origin.ts";
import { FluxResponse } from "./request/response.ts";
import type { Snapshot } from "./snapshot.ts";
import { type Sql, sqlTag } from "./sql.ts";

/** Seconds that the tokens of `as` are good for: no test should fail because it is slow. */
const LIFETIME = 3600;

export interface FluxParts {
  readonly fork: Fork;
  readonly clock: AdjustableClock;
  /** Throws where a moved clock would make wrong answers. */
  requireMovable(mode: ModeName): void;
  /** Opens another one like this. */
  open(snapshot: Snapshot | undefined): Promise<Flux>;
  /** Called when this one has stopped. */
  closed(): Promise<void>;
}

export class Flux extends Caller implements AsyncDisposable {
  /** SQL as the superuser, in the live mode's database: ``flux.sql`select …` `` resolves with rows. */
  readonly sql: Sql;
  /** The one clock of tokens, gateway and built-in PostgREST. Postgres keeps its own, as does a PostgREST of its own process. */
  readonly clock: AdjustableClock;
  readonly #parts: FluxParts;
  readonly #endpoint: Endpoint;
  readonly #forget: () => void;
  #stopping: Promise<void> | undefined;

  constructor(parts: FluxParts) {
    const { fork } = parts;
    const { stack } = fork;
    const endpoint = endpointOf(stack, (request) => this.#send(request));
    super(endpoint);
    this.#parts = parts;
    this.#endpoint = endpoint;
    this.clock = parts.clock;
    this.#forget = keepTraces({
      lastTrace: (matches) => stack.traces.last(matches),
      why: (trace) => this.#explain(trace),
    });
    this.sql = sqlTag(
      () => fork.mode().client(),
      () => modes[stack.mode].names(stack.project.identity).schema,
    );
  }

  /** The stack behind it, with everything the command line can ask of one. */
  get stack(): RunningStack {
    return this.#parts.fork.stack;
  }

  /** Addresses, keys and names. */
  get info(): StackInfo {
    const { fork } = this.#parts;
    const { databaseUrl, ...info } = this.stack.info();
    const mode = fork.mode();
    return {
      ...info,
      // A connection for NOTIFY costs a third of a fork, so only those who are about to change the schema themselves pay it.
      get databaseUrl() {
        mode.listen();
        return databaseUrl;
      },
    };
  }

  /** In the platform's form, with a host of its own; browsers resolve it. */
  get serviceUrl(): string {
    return this.stack.info().serviceUrl;
  }

  /** The same by number, for every program on this machine. */
  get url(): string {
    return this.stack.info().directUrl;
  }

  /** Superuser URL of the live mode's database. PostgREST hears NOTIFY from the moment it has been asked for. */
  get databaseUrl(): string {
    return this.info.databaseUrl;
  }

  /**
   * A signed-in user, by name, id, e-mail or user name. The token is made now, with an hour to live unless told otherwise,
   * and once more after a change of mode. Throws `MintError` for an unknown user.
   */
  as(user: string, options: Omit<TokenRequest, "user"> = {}): Caller {
    const tokens = new Map<ModeName, string>();
    const token = () => {
      const known = tokens.get(this.stack.mode) ?? this.token(user, options);
      tokens.set(this.stack.mode, known);
      return known;
    };
    token();
    return new Caller(this.#endpoint, token);
  }

  /** The id of a user by name: what `auth.uid()` gives for them. */
  userId(name: string): string {
    const { users } = this.stack.project;
    const user = users.find((known) => known.name === name);
    if (user !== undefined) return user.id;
    throw new Error(`There is no user "${name}". Users: ${users.map((known) => known.name).join(", ")}.`);
  }

  /** The holder of one of v1's static keys. Throws on v2, which has none. */
  withKey(role: "anon" | "service_role"): Caller {
    const { mode } = this.stack;
    if (!modes[mode].tokens.keyRoles.includes(role)) {
      throw new Error(`Mode ${mode} has no static keys; use flux.as("…"), or switch with flux.mode("v1").`);
    }
    return this.withToken(staticKey(role, this.info.jwtSecret, this.clock));
  }

  /** Whoever holds this token, made elsewhere or wrong on purpose. */
  withToken(token: string): Caller {
    return new Caller(this.#endpoint, () => token);
  }

  /** Makes a token, right or wrong on purpose. Default: the first user. */
  token(user?: string, options: Omit<TokenRequest, "user"> = {}): string {
    return this.stack.token({ expiresIn: LIFETIME, ...options, user }).token;
  }

  /** Same addresses, other mode; its database is made when it is first needed. */
  async mode(name: ModeName): Promise<void> {
    const mode = modeNamed(name);
    if (this.clock.moved) this.#parts.requireMovable(mode);
    await this.stack.switchMode(mode);
  }

  /** As `flux push` does: a file or directory of the project, or SQL given as text. PostgREST knows it afterwards. */
  async push(what: string | { readonly sql: string }): Promise<void> {
    if (typeof what === "string") await this.stack.push(what);
    else await pushText(this.#parts.fork, what.sql);
  }

  /** PostgREST reads the schema again, after DDL that came another way than by `push`. */
  reload(): Promise<void> {
    return this.#parts.fork.mode().reload();
  }

  /** Databases as they were seeded, clock back at the present. Requests under way are waited for. */
  async reset(): Promise<void> {
    for (const mode of this.#parts.fork.started()) await mode.reset();
    this.clock.reset();
  }

  /** The live mode's database as it is now; `restore` returns to it, `fork` starts from it. */
  async snapshot(): Promise<Snapshot> {
    return { mode: this.stack.mode, source: await this.#parts.fork.mode().snapshot() };
  }

  async restore(snapshot: Snapshot): Promise<void> {
    await this.mode(snapshot.mode);
    await this.#parts.fork.mode().restore(snapshot.source);
  }

  /**
   * An independent project: same users and secrets, own database, host, port and clock. It starts from the seeded state,
   * whatever happened here since, or from a snapshot. Stopping this one stops it as well.
   */
  fork(options: { readonly from?: Snapshot } = {}): Promise<Flux> {
    return this.#parts.open(options.from);
  }

  /** Why an answer came out as it did: a response, or what `postgrest-js` resolved with; without one, the last request. */
  async why(answer?: object): Promise<Diagnosis> {
    if (answer !== undefined) return requireOrigin(answer).explain();
    const trace = this.stack.traces.last();
    if (trace === undefined) throw new Error("There is no request to explain yet.");
    return this.#explain(trace);
  }

  /** Users × tables × verbs, as they are answered now, in the live mode unless told otherwise. Nothing remains of it. */
  matrix(mode?: ModeName): Promise<Matrix> {
    return this.stack.diagnosis.matrix(mode);
  }

  /** Leaves nothing behind. Safe to call twice. */
  stop(): Promise<void> {
    this.#forget();
    this.#stopping ??= this.stack.stop().then(() => this.#parts.closed());
    return this.#stopping;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #send(request: HttpRequest): Promise<FluxResponse> {
    const { stack } = this;
    const response = await stack.request(request);
    // By identity: other requests may have been answered meanwhile, and with `strict` the answer carries no id.
    const trace = stack.traces.last((candidate) => candidate.request === request)!;
    return new FluxResponse(request, response, { trace, explain: () => this.#explain(trace) });
  }

  #explain(trace: Trace): Promise<Diagnosis> {
    return this.stack.diagnosis.explain(trace);
  }
}

function endpointOf(stack: RunningStack, send: Endpoint["send"]): Endpoint {
  const { project } = stack;
  const { serviceUrl, directUrl, directory } = stack.info();
  const { flat, dotted } = projectHosts(project.identity, project.config.baseDomain);
  const { port } = new URL(directUrl);
  const hosts = [flat, dotted, "127.0.0.1", "localhost"];
  return { url: serviceUrl, hosts: [...hosts, ...hosts.map((host) => `${host}:${port}`)], directory, send };
}
