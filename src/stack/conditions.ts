/** What the platform may do to a project, on demand: put it into a state, or fail. */
import type { MemoryCatalog } from "../gateway/catalog.ts";
import { type ActiveFault, type FaultRequest, Faults } from "../gateway/faults.ts";
import type { ModeName } from "../project/mode/types.ts";
import type { Project } from "../project/project.ts";
import type { ProjectSecrets } from "../project/secrets.ts";
import type { Clock } from "../time/clock.ts";
import { StackError } from "./errors.ts";
import { entryFor, type ProjectState, projectCatalog } from "./gateway-config.ts";

export class Conditions {
  /** What the live gateway knows of the project. */
  readonly catalog: MemoryCatalog;
  readonly faults: Faults;
  readonly #project: Project;
  readonly #secrets: ProjectSecrets;
  readonly #changing = new Map<ModeName, { notified: boolean }>();
  #state: ProjectState = "active";

  constructor(project: Project, secrets: ProjectSecrets, mode: ModeName, clock: Clock) {
    this.#project = project;
    this.#secrets = secrets;
    this.catalog = projectCatalog(project, secrets, mode);
    this.faults = new Faults(clock);
  }

  get state(): ProjectState {
    return this.#state;
  }

  /** Throws on v1, whose edge does not look at states. */
  setState(state: ProjectState, mode: ModeName): void {
    if (mode === "v1" && state !== "active") throw noStates(state);
    this.#state = state;
    this.apply(mode);
  }

  /** Tells the catalog, at a change of mode. */
  apply(mode: ModeName): void {
    this.catalog.update(this.#project.identity.id, entryFor(mode, this.#secrets, this.#state));
  }

  /** A catalog of its own in which the project is of that mode, in the state it is in unless another is given. */
  catalogFor(mode: ModeName, state: ProjectState = this.#state): MemoryCatalog {
    const catalog = projectCatalog(this.#project, this.#secrets, mode);
    catalog.update(this.#project.identity.id, entryFor(mode, this.#secrets, state));
    return catalog;
  }

  /** Undefined ends the fault there is. Throws a `StackError` for what cannot be. */
  setFault(request: FaultRequest | undefined, mode: ModeName, builtIn: boolean): ActiveFault | undefined {
    if (request?.kind === "stale-cache" && !builtIn) throw notHeld();
    if (request === undefined) this.faults.stop();
    return request === undefined ? undefined : this.faults.start(request, mode);
  }

  /** NOTIFY has asked that mode's PostgREST to reload. Waits for the end of a change under way, whose reload serves it too. */
  async notified(mode: ModeName, reload: () => Promise<void>): Promise<void> {
    const change = this.#changing.get(mode);
    if (change === undefined) await this.reload(reload);
    else change.notified = true;
  }

  /**
   * Runs work that changes the schema, then reloads once: a push notifies file by file, and a cache that is read before the
   * last of them is read for nothing. The reload begins after all that was notified meanwhile, so it misses none of it.
   * When the work fails, it reloads only if something was notified.
   */
  async changing<T>(mode: ModeName, work: () => Promise<T>, reload: () => Promise<void>): Promise<T> {
    const change = { notified: false };
    this.#changing.set(mode, change);
    let failed = true;
    try {
      const result = await work();
      failed = false;
      return result;
    } finally {
      this.#changing.delete(mode);
      if (!failed || change.notified) await this.reload(reload);
    }
  }

  /** Runs a reload of the schema cache, unless a stale cache is wanted: then it waits for the end of that. */
  async reload(work: () => Promise<void>): Promise<void> {
    let done = Promise.resolve();
    this.faults.reload(() => {
      done = work();
    });
    await done;
  }
}

const noStates = (state: ProjectState) =>
  new StackError("BAD_REQUEST", {
    what: `A v1 project cannot be ${state === "no-secret" ? "without its secret" : state}.`,
    why: "v1's edge forwards every request; only the v2 gateway looks at a project's state.",
    next: "Switch first: flux-dev mode v2.",
  });

const notHeld = () =>
  new StackError("UNSUPPORTED", {
    what: "The schema cache of this PostgREST cannot be made stale.",
    why: "It is not flux-dev's own, and hears of changes by itself.",
    next: "Start the stack with --postgrest builtin.",
  });
