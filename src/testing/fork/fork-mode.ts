/** One mode of a fork: a database of its own, a PostgREST of its own, on somebody else's server. */
import type { Client } from "pg";
import pg from "pg";
import type { AppliedFile } from "../../database/apply.ts";
import { callable } from "../../gateway/remote.ts";
import type { Upstream } from "../../gateway/types.ts";
import type { ModeName } from "../../project/mode/types.ts";
import { type EmbeddedPostgrest, type ReadPostgrest, startPostgrest } from "../../stack/engine.ts";
import type { LiveMode } from "../../stack/live-mode.ts";
import { Logbook } from "../../stack/logbook.ts";
import type { ModePostgrest } from "../../stack/servers/types.ts";
import type { Clock } from "../../time/clock.ts";
import { Source } from "../ground/source.ts";
import { type ForkPostgrestOptions, openForkPostgrest, pool } from "./fork-postgrest.ts";
import { Gate } from "./gate.ts";

export class ForkMode implements LiveMode {
  readonly mode: ModeName;
  readonly upstream: Upstream;
  readonly builtIn: boolean;
  readonly #options: ForkPostgrestOptions;
  readonly #database: string;
  readonly #gate = new Gate();
  #postgrest: ModePostgrest;
  #client: Promise<Client> | undefined;
  #listens = false;

  private constructor(options: ForkPostgrestOptions, database: string, postgrest: ModePostgrest) {
    this.mode = options.mode;
    this.builtIn = options.postgrest.kind === "builtin";
    this.#options = options;
    this.#database = database;
    this.#postgrest = postgrest;
    this.upstream = (request, observe) => this.#gate.pass(() => callable(this.#postgrest.upstream)(request, observe));
  }

  static async start(options: ForkPostgrestOptions): Promise<ForkMode> {
    const { databases, database: template } = options.source;
    const database = await databases.clone(template);
    try {
      return new ForkMode(options, database, await openForkPostgrest(options, database));
    } catch (error) {
      databases.dropLater(database);
      throw error;
    }
  }

  get about(): LiveMode["about"] {
    return { postgres: this.#options.source.databases.server.about, postgrest: this.#postgrest.about };
  }

  get databaseUrl(): string {
    return this.#options.source.databases.url(this.#database);
  }

  /** What its PostgREST knows of the database. */
  get read(): ReadPostgrest | undefined {
    return this.#postgrest.read;
  }

  rehearse(clock: Clock): Promise<EmbeddedPostgrest> {
    const { databaseUrl, read } = this;
    const { secrets } = this.#options.source.state;
    const log = new Logbook(undefined);
    return startPostgrest({ ...this.#options, clock, secrets, databaseUrl, read, pool, rollsBack: true, log });
  }

  /**
   * A superuser's connection that stays open. It is also the one that hears NOTIFY for the built-in PostgREST: most forks
   * never change their schema, and a connection from the start would cost a third of the fork.
   */
  client(): Promise<Client> {
    this.#client ??= this.#connect();
    return this.#client;
  }

  /**
   * Somebody outside has been told where the database is: NOTIFY is heard from now on, whatever it is replaced by. Another
   * PostgREST than the built-in one hears it from the start.
   */
  listen(): void {
    if (this.#listens || !this.builtIn) return;
    this.#listens = true;
    this.#hear();
  }

  reload(): Promise<void> {
    return this.#postgrest.reload();
  }

  /** Back to the template. Its files are not read again. */
  async reset(): Promise<readonly AppliedFile[]> {
    await this.restore(this.#options.source);
    return [];
  }

  /** The database as it was when `source` was made. Requests wait meanwhile. */
  restore(source: Source): Promise<void> {
    return this.#gate.alone(async () => {
      await this.#disconnect();
      await source.databases.clone(source.database, this.#database);
      await this.#reopen(source);
    });
  }

  /** A sealed copy of the database as it is now. Requests wait meanwhile, and other connections are ended. */
  snapshot(): Promise<Source> {
    return this.#gate.alone(async () => {
      const { databases, state } = this.#options.source;
      const { read } = this.#postgrest;
      await this.#disconnect();
      const snapshot = new Source(databases, await databases.freeze(this.#database), state, read);
      await this.#reopen(snapshot);
      return snapshot;
    });
  }

  async stop(): Promise<void> {
    await this.#disconnect();
    this.#options.source.databases.dropLater(this.#database);
  }

  /** A PostgREST on the database as it is after `source` was put there or taken from it. */
  async #reopen(source: Source): Promise<void> {
    this.#postgrest = await openForkPostgrest({ ...this.#options, source }, this.#database);
    if (this.#listens) this.#hear();
  }

  /**
   * Whoever connected at the same time may have notified before this connection listened; hence the reload. A fork that is
   * closed meanwhile has nothing to hear any more.
   */
  #hear(): void {
    if (this.#client !== undefined) return;
    this.client()
      .then(() => this.reload())
      .catch(() => {});
  }

  async #connect(): Promise<Client> {
    const client = new pg.Client({ connectionString: this.databaseUrl });
    client.on("error", () => {});
    await client.connect();
    // Another program listens for itself, and what asks it to reload is a NOTIFY.
    if (!this.builtIn) return client;
    client.on("notification", () => void this.reload());
    await client.query(`listen ${pg.escapeIdentifier(this.read?.config.dbChannel ?? "pgrst")}`);
    return client;
  }

  async #disconnect(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await this.#postgrest.close();
    await client?.then(
      (open) => open.end(),
      () => {},
    );
  }
}
