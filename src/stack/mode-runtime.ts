/** One mode at work: its database, its PostgREST. Made when the mode is first needed. */
import type { AppliedFile } from "../database/apply.ts";
import type { RemoteUpstream, Upstream } from "../gateway/types.ts";
import { withClient } from "../postgres/admin.ts";
import type { DatabaseServer } from "../postgres/database-server.ts";
import type { ModeName } from "../project/mode/types.ts";
import type { Project } from "../project/project.ts";
import type { ProjectSecrets } from "../project/secrets.ts";
import type { Clock } from "../time/clock.ts";
import { type PreparedDatabase, prepareDatabase, rebuildDatabase } from "./database.ts";
import { type EmbeddedPostgrest, type ReadPostgrest, startPostgrest } from "./engine.ts";
import type { LiveMode } from "./live-mode.ts";
import { Logbook } from "./logbook.ts";
import { openPostgres } from "./servers/postgres.ts";
import { openPostgrest } from "./servers/postgrest.ts";
import type { ModePostgrest, ServerOptions } from "./servers/types.ts";
import { databaseKey } from "./state.ts";

export class ModeRuntime implements LiveMode {
  readonly mode: ModeName;
  readonly #options: ServerOptions;
  #server: DatabaseServer;
  #postgrest: ModePostgrest;
  #stopping = false;

  private constructor(options: ServerOptions, server: DatabaseServer, postgrest: ModePostgrest) {
    this.mode = options.mode;
    this.#options = options;
    this.#server = server;
    this.#postgrest = postgrest;
    this.#watch();
  }

  /** Starts the server, brings the database up to date and starts PostgREST. Leaves nothing running when it rejects. */
  static async start(options: ServerOptions): Promise<ModeRuntime> {
    const server = await openPostgres(options);
    try {
      const secrets = await bringUpToDate(options, server);
      return new ModeRuntime(options, server, await openPostgrest(options, server, secrets));
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  get upstream(): Upstream | RemoteUpstream {
    return this.#postgrest.upstream;
  }

  get builtIn(): boolean {
    return typeof this.upstream === "function";
  }

  /** For people: where its servers come from. */
  get about(): { readonly postgres: string; readonly postgrest: string } {
    return { postgres: this.#server.about, postgrest: this.#postgrest.about };
  }

  /** Superuser URL of the project's database. */
  get databaseUrl(): string {
    return this.#server.url;
  }

  get read(): ReadPostgrest | undefined {
    return this.#postgrest.read;
  }

  async serves(): Promise<void> {
    await this.#postgrest.serves?.();
  }

  rehearse(clock: Clock): Promise<EmbeddedPostgrest> {
    const { read, databaseUrl } = this;
    const secrets = secretsOn(this.#server, this.#options.state.now.secrets);
    return startPostgrest({
      ...this.#options,
      clock,
      secrets,
      databaseUrl,
      read,
      rollsBack: true,
      log: new Logbook(undefined),
    });
  }

  /** PostgREST reads its schema cache again; resolves when it has. */
  reload(): Promise<void> {
    return this.#postgrest.reload();
  }

  /** Empties the database and runs all of the project's files. */
  async reset(project: Project): Promise<readonly AppliedFile[]> {
    const { mode, state } = this.#options;
    state.forgetDatabases(mode);
    const { database } = secretsOn(this.#server, state.now.secrets);
    const prepared = await this.#server.alone(() =>
      withClient(this.databaseUrl, (client) => rebuildDatabase(client, project, mode, database)),
    );
    report(this.#options, prepared);
    await this.reload();
    return prepared.applied;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#postgrest.close();
    await this.#server.stop();
  }

  /** A Postgres that dies on its own is started again on its port; PostgREST's pool finds it there. */
  #watch(): void {
    void this.#server.exited.then(async () => {
      if (this.#stopping) return;
      const { log, mode, throwAway } = this.#options;
      if (throwAway) return log.write("postgres", "warning", `Postgres (${mode}) ended unexpectedly.`);
      log.write("postgres", "warning", `Postgres (${mode}) ended unexpectedly; starting it again.`);
      try {
        this.#server = await openPostgres(this.#options);
        log.write("postgres", "info", `Postgres (${mode}) runs again.`);
        if (this.#stopping) await this.#server.stop();
        else this.#watch();
      } catch (error) {
        log.write("postgres", "warning", `Postgres (${mode}) did not start again: ${(error as Error).message}`);
      }
    });
  }
}

/** The database as the project's files say it should be. Returns the secrets that hold on this server. */
export async function bringUpToDate(options: DatabaseOptions, server: DatabaseServer): Promise<ProjectSecrets> {
  const { mode, project, state, postgres } = options;
  const secrets = secretsOn(server, state.now.secrets);
  const ready = state.now.databases[databaseKey(mode, postgres)];
  const prepared = await server.alone(() =>
    withClient(server.url, (client) => prepareDatabase(client, project, mode, ready, secrets.database)),
  );
  report(options, prepared);
  return secrets;
}

const secretsOn = (server: DatabaseServer, secrets: ProjectSecrets): ProjectSecrets =>
  server.loginPassword === undefined ? secrets : { ...secrets, database: server.loginPassword };

type DatabaseOptions = Pick<ServerOptions, "mode" | "project" | "state" | "postgres" | "log">;

function report(options: DatabaseOptions, prepared: PreparedDatabase): void {
  const { log, mode, state, postgres } = options;
  state.setDatabase(databaseKey(mode, postgres), prepared.ready);
  for (const { file, kind, result } of prepared.applied) {
    if (result?.outcome === "skipped") continue;
    log.write("stack", "info", `${kind === "seed" ? "Seeded" : "Applied"} ${file.shown} (${mode}).`);
  }
  // The v1 audit looks at all tables at every push; said once is enough.
  const warnings = new Set(prepared.applied.flatMap(({ result }) => result?.warnings ?? []));
  for (const text of warnings) log.write("stack", "warning", text);
  for (const text of prepared.notes) log.write("stack", "note", text);
}
