/** Databases by the dozen on one server: copied from templates, dropped when done with. */
import pg from "pg";
import { cloneDatabase, dropDatabase, sealTemplate } from "../../database/clone.ts";

/** Copies made at once: more would only queue up inside Postgres, which copies files one database after the other. */
const CONNECTIONS = 8;

/** What a process must know of a server to work on it. Plain data. */
export interface ServerAddress {
  /** A superuser's; its database one that is never copied or dropped. */
  readonly url: string;
  /** The comment of every database made there, where the server is somebody else's: it names the owner, who may be gone. */
  readonly mark: string | undefined;
  /** For people: where it comes from. */
  readonly about: string;
  /** Its address in the container network of the process that started it. */
  readonly inNetwork?: { readonly host: string; readonly port: number } | undefined;
}

let made = 0;

export class Databases {
  readonly server: ServerAddress;
  readonly #pool: pg.Pool;
  readonly #drops = new Set<Promise<void>>();

  constructor(server: ServerAddress) {
    this.server = server;
    this.#pool = new pg.Pool({ connectionString: server.url, max: CONNECTIONS, allowExitOnIdle: true });
    // A server that goes away must not take the process along.
    this.#pool.on("error", () => {});
  }

  /** Superuser URL of a database. */
  url(database: string): string {
    const url = new URL(this.server.url);
    url.pathname = `/${encodeURIComponent(database)}`;
    return url.href;
  }

  /** Makes an empty database. */
  async create(): Promise<string> {
    const name = this.#name("made");
    await this.#with(async (client) => {
      // template0: somebody's template1 may hold more than Postgres, and may be in use.
      await client.query(`create database ${name} template template0 strategy file_copy`);
      await this.#sign(client, name);
    });
    return name;
  }

  /** Copies a sealed database. With a name, that one is dropped first. */
  async clone(from: string, to?: string): Promise<string> {
    const name = to ?? this.#name("fork");
    await this.#with(async (client) => {
      if (to !== undefined) await dropDatabase(client, to);
      await cloneDatabase(client, from, name);
      await this.#sign(client, name);
    });
    return name;
  }

  /** Closes a database to connections, so that it can be copied. */
  seal(database: string): Promise<void> {
    return this.#with((client) => sealTemplate(client, database));
  }

  /** A sealed copy of a database in use. Whoever is connected to it is disconnected: Postgres copies only a quiet one. */
  async freeze(database: string): Promise<string> {
    const name = this.#name("snapshot");
    await this.#with(async (client) => {
      await client.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [database]);
      await cloneDatabase(client, database, name);
      await this.#sign(client, name);
      await sealTemplate(client, name);
    });
    return name;
  }

  /** Drops it in the background: the next test need not wait for that. */
  dropLater(database: string): void {
    const drop = this.#with((client) => dropDatabase(client, database)).catch(() => {});
    this.#drops.add(drop);
    void drop.then(() => this.#drops.delete(drop));
  }

  /** Waits for what is under way. Databases that were not dropped stay: they go with their server. */
  async close(): Promise<void> {
    await Promise.all(this.#drops);
    await this.#pool.end();
  }

  /** The server's files go as a whole next, so nothing need be dropped any more. */
  abandon(): Promise<void> {
    return this.#pool.end();
  }

  /** Drops every database with this mark, whichever process made it, and ends. */
  async dropAll(): Promise<void> {
    await Promise.all(this.#drops);
    await this.#with(async (client) => {
      const { rows } = await client.query<{ name: string }>(
        `select datname as name from pg_database
          where shobj_description(oid, 'pg_database') = $1 and datname <> current_database()`,
        [this.server.mark],
      );
      for (const { name } of rows) await dropDatabase(client, name);
    });
    await this.#pool.end();
  }

  async #sign(client: pg.Client, database: string): Promise<void> {
    const { mark } = this.server;
    if (mark === undefined) return;
    await client.query(`comment on database ${database} is ${pg.escapeLiteral(mark)}`);
  }

  /** Unique among all processes that use the server. */
  #name(kind: string): string {
    return `flux_${kind}_${process.pid}_${++made}`;
  }

  async #with<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    try {
      return await work(client as unknown as pg.Client);
    } finally {
      client.release();
    }
  }
}
