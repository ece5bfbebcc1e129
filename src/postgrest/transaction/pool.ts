/** The connections of an engine: at most `db-pool` of them, opened when needed, renewed by age, closed when idle. */
import { randomUUID } from "node:crypto";
import type { ConnectionStatus } from "../observation.ts";
import { Connection, ConnectionError } from "./connection.ts";
import type { ConnectionInfo } from "./conninfo.ts";

export interface PoolSettings {
  readonly size: number;
  /** Seconds a request waits for a connection. */
  readonly acquisitionTimeout: number;
  /** Seconds after which a connection is not used again. */
  readonly maxLifetime: number;
  /** Seconds after which an unused connection is closed. */
  readonly maxIdletime: number;
}

/** What `/metrics` shows of a pool. */
export interface PoolStats {
  readonly size: number;
  readonly available: number;
  /** Requests that wait for a connection now. */
  readonly waiting: number;
  /** Requests that waited in vain, since the start. */
  readonly timeouts: number;
}

interface Waiter {
  resolve(connection: Connection): void;
  reject(error: unknown): void;
  timer: NodeJS.Timeout;
}

class PoolTimeoutError extends ConnectionError {
  constructor() {
    super({ kind: "pool-timeout", message: "Timed out acquiring connection from connection pool." });
    this.name = "PoolTimeoutError";
  }
}

export type ObserveConnection = (id: string, status: ConnectionStatus) => void;

export class Pool {
  readonly #info: ConnectionInfo;
  readonly #settings: PoolSettings;
  /** Last in, first out: the busiest connections keep their prepared statements warm, the others age away. */
  #idle: Connection[] = [];
  readonly #busy = new Set<Connection>();
  /** Connections opened before the last flush; not to be used again. */
  readonly #outdated = new WeakSet<Connection>();
  readonly #waiters: Waiter[] = [];
  #opening = 0;
  #closed = false;
  #timeouts = 0;
  readonly #reaper: NodeJS.Timeout;
  readonly #observe: ObserveConnection | null;
  readonly #ids = new WeakMap<Connection, string>();

  constructor(info: ConnectionInfo, settings: PoolSettings, observe: ObserveConnection | null = null) {
    this.#info = info;
    this.#settings = settings;
    this.#observe = observe;
    this.#reaper = setInterval(() => this.#reap(), 1000);
    this.#reaper.unref();
  }

  get stats(): PoolStats {
    return {
      size: this.#settings.size,
      available: this.#idle.length,
      waiting: this.#waiters.length,
      timeouts: this.#timeouts,
    };
  }

  /** A connection for one transaction, now or as soon as there is one; give it back with `release`. Rejects with ConnectionError. */
  acquire(): Connection | Promise<Connection> {
    for (let connection = this.#idle.pop(); connection; connection = this.#idle.pop()) {
      if (this.#usable(connection)) {
        this.#busy.add(connection);
        this.#tell(connection, "is used");
        return connection;
      }
      this.#end(connection);
    }
    if (this.#busy.size + this.#opening < this.#settings.size) return this.#open();
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        resolve,
        reject,
        timer: setTimeout(() => {
          this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
          this.#timeouts += 1;
          reject(new PoolTimeoutError());
        }, this.#settings.acquisitionTimeout * 1000),
      };
      this.#waiters.push(waiter);
    });
  }

  /** Takes a connection back, which must be outside any transaction. */
  release(connection: Connection): void {
    if (this.#usable(connection) && !connection.inTransaction) {
      this.#tell(connection, "is available");
      const waiter = this.#waiters.shift();
      if (waiter === undefined) {
        this.#busy.delete(connection);
        this.#idle.push(connection);
      } else {
        clearTimeout(waiter.timer);
        this.#tell(connection, "is used");
        waiter.resolve(connection);
      }
      return;
    }
    this.#busy.delete(connection);
    this.#end(connection);
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) {
      clearTimeout(waiter.timer);
      this.#open().then(waiter.resolve, waiter.reject);
    }
  }

  /**
   * Lets no connection be used again that exists now. PostgREST does so before it reads the schema: a backend caches the
   * catalog, and prepared statements may not fit the new one.
   */
  flush(): void {
    for (const connection of this.#idle) {
      this.#outdated.add(connection);
      this.#end(connection);
    }
    this.#idle = [];
    for (const connection of this.#busy) this.#outdated.add(connection);
  }

  /** Closes everything, also what is busy. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#reaper);
    for (const waiter of this.#waiters.splice(0)) {
      clearTimeout(waiter.timer);
      waiter.reject(new PoolTimeoutError());
    }
    for (const connection of [...this.#idle, ...this.#busy]) connection.close();
    this.#idle = [];
    this.#busy.clear();
  }

  async #open(): Promise<Connection> {
    this.#opening += 1;
    const id = this.#observe === null ? "" : randomUUID();
    this.#observe?.(id, "is being established");
    try {
      const connection = await Connection.open(this.#info);
      if (this.#closed) connection.close();
      this.#busy.add(connection);
      this.#ids.set(connection, id);
      this.#observe?.(id, "is available");
      this.#observe?.(id, "is used");
      return connection;
    } catch (error) {
      this.#observe?.(id, "is terminated due to network error");
      // Whoever waits could not connect either; letting them time out would only hide the reason.
      const waiter = this.#waiters.shift();
      if (waiter !== undefined) {
        clearTimeout(waiter.timer);
        waiter.reject(error);
      }
      throw error;
    } finally {
      this.#opening -= 1;
    }
  }

  #usable(connection: Connection): boolean {
    const age = performance.now() - connection.openedAt;
    return (
      !this.#closed && connection.isOpen && !this.#outdated.has(connection) && age < this.#settings.maxLifetime * 1000
    );
  }

  #reap(): void {
    const now = performance.now();
    this.#idle = this.#idle.filter((connection) => {
      const keep = this.#usable(connection) && now - connection.usedAt < this.#settings.maxIdletime * 1000;
      if (!keep) this.#end(connection);
      return keep;
    });
  }

  #tell(connection: Connection, status: ConnectionStatus): void {
    this.#observe?.(this.#ids.get(connection) ?? "", status);
  }

  #end(connection: Connection): void {
    const reason = !connection.isOpen
      ? "network error"
      : this.#outdated.has(connection)
        ? "release"
        : performance.now() - connection.openedAt >= this.#settings.maxLifetime * 1000
          ? "max lifetime"
          : "max idletime";
    connection.close();
    this.#tell(connection, `is terminated due to ${reason}`);
  }
}
