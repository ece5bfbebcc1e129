/** One mode at work: its cluster, its database, its PostgREST. Made when the mode is first needed. */
import { join } from "node:path";
import type { AppliedFile } from "../database/apply.ts";
import type { Upstream } from "../gateway/types.ts";
import { withClient } from "../postgres/admin.ts";
import { startCluster } from "../postgres/cluster.ts";
import { icuEnglish, libcEnglish } from "../postgres/flavour.ts";
import type { RunningCluster } from "../postgres/server.ts";
import type { ModeName } from "../project/mode/types.ts";
import type { Project } from "../project/project.ts";
import type { Clock } from "../time/clock.ts";
import { type PreparedDatabase, prepareDatabase, rebuildDatabase } from "./database.ts";
import { type EmbeddedPostgrest, startPostgrest } from "./engine.ts";
import type { LiveMode } from "./live-mode.ts";
import type { Logbook } from "./logbook.ts";
import { bindFirst, type PortName, portCandidates } from "./ports.ts";
import type { StateFile } from "./state.ts";

export interface ModeRuntimeOptions {
  readonly mode: ModeName;
  readonly project: Project;
  /** Parent of the clusters' data directories. */
  readonly dataRoot: string;
  /** Where Postgres writes its log; undefined: into its data directory. */
  readonly serverLog: string | undefined;
  /** The data may be lost: no fsync, and it goes when the stack stops. */
  readonly throwAway: boolean;
  readonly directory: string;
  readonly state: StateFile;
  readonly clock: Clock;
  readonly log: Logbook;
  progress(text: string): void;
}

/** What each mode's Postgres image is set up with. */
export const flavours = { v1: libcEnglish, v2: icuEnglish } as const;

export class ModeRuntime implements LiveMode {
  readonly mode: ModeName;
  readonly #options: ModeRuntimeOptions;
  #cluster: RunningCluster;
  #postgrest: EmbeddedPostgrest;
  #stopping = false;

  private constructor(options: ModeRuntimeOptions, cluster: RunningCluster, postgrest: EmbeddedPostgrest) {
    this.mode = options.mode;
    this.#options = options;
    this.#cluster = cluster;
    this.#postgrest = postgrest;
    this.#watch();
  }

  /** Starts the cluster, brings the database up to date and loads PostgREST. Leaves nothing running when it rejects. */
  static async start(options: ModeRuntimeOptions): Promise<ModeRuntime> {
    const { mode, project, state } = options;
    const cluster = await openCluster(options);
    try {
      const { secrets, databases } = state.now;
      const prepared = await withClient(cluster.url(), (client) =>
        prepareDatabase(client, project, mode, databases[mode], secrets.database),
      );
      report(options, prepared);
      options.progress("Loading PostgREST's schema cache");
      const postgrest = await startPostgrest({ ...options, secrets, databaseUrl: cluster.url() });
      postgrest.listen();
      return new ModeRuntime(options, cluster, postgrest);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  get upstream(): Upstream {
    return this.#postgrest.handle;
  }

  /** Superuser URL of the project's database. */
  get databaseUrl(): string {
    return this.#cluster.url();
  }

  /** PostgREST reads its schema cache again; resolves when it has. */
  reload(): Promise<void> {
    return this.#postgrest.reload();
  }

  /** Empties the database and runs all of the project's files. */
  async reset(project: Project): Promise<readonly AppliedFile[]> {
    const { mode, state } = this.#options;
    state.setDatabase(mode, undefined);
    const prepared = await withClient(this.databaseUrl, (client) =>
      rebuildDatabase(client, project, mode, state.now.secrets.database),
    );
    report(this.#options, prepared);
    await this.reload();
    return prepared.applied;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#postgrest.close();
    await this.#cluster.stop();
  }

  /** A Postgres that dies on its own is started again on its port; PostgREST's pool finds it there. */
  #watch(): void {
    void this.#cluster.exited.then(async () => {
      if (this.#stopping) return;
      const { log, mode, throwAway } = this.#options;
      if (throwAway) return log.write("postgres", "warning", `Postgres (${mode}) ended unexpectedly.`);
      log.write("postgres", "warning", `Postgres (${mode}) ended unexpectedly; starting it again.`);
      try {
        this.#cluster = await openCluster(this.#options);
        log.write("postgres", "info", `Postgres (${mode}) runs again on port ${this.#cluster.port}.`);
        if (this.#stopping) await this.#cluster.stop();
        else this.#watch();
      } catch (error) {
        log.write("postgres", "warning", `Postgres (${mode}) did not start again: ${(error as Error).message}`);
      }
    });
  }
}

async function openCluster(options: ModeRuntimeOptions): Promise<RunningCluster> {
  const { mode, project, state, directory, throwAway } = options;
  const name: PortName = `postgres-${mode}`;
  options.progress(`Starting Postgres (${mode})`);
  const cluster = await bindFirst(
    {
      name,
      // One fixed port cannot serve two clusters: it is the project's own mode that gets it.
      fixed: (mode === project.mode && project.config.ports.postgres) || undefined,
      candidates: throwAway ? [] : portCandidates(directory, name, state.now.ports[name]),
    },
    (port) =>
      startCluster({
        dataDirectory: join(options.dataRoot, mode),
        logFile: options.serverLog,
        port,
        flavour: flavours[mode],
        durability: throwAway || project.config.postgres.durable === false ? "throw-away" : "durable",
      }),
  );
  state.setPort(name, cluster.port);
  return cluster;
}

function report(options: ModeRuntimeOptions, prepared: PreparedDatabase): void {
  const { log, mode, state } = options;
  state.setDatabase(mode, prepared.ready);
  for (const { file, kind, result } of prepared.applied) {
    if (result?.outcome === "skipped") continue;
    log.write("stack", "info", `${kind === "seed" ? "Seeded" : "Applied"} ${file.shown} (${mode}).`);
  }
  // The v1 audit looks at all tables at every push; said once is enough.
  const warnings = new Set(prepared.applied.flatMap(({ result }) => result?.warnings ?? []));
  for (const text of warnings) log.write("stack", "warning", text);
  for (const text of prepared.notes) log.write("stack", "note", text);
}
