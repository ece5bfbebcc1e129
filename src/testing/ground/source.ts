/** Where a fork's database is copied from, and what PostgREST once read of it. */
import type { ReadPostgrest } from "../../stack/engine.ts";
import type { Databases } from "./databases.ts";
import type { SharedState } from "./seeded.ts";

export class Source {
  readonly databases: Databases;
  readonly database: string;
  readonly state: SharedState;
  #read: Promise<ReadPostgrest | undefined> | undefined;

  constructor(databases: Databases, database: string, state: SharedState, read?: ReadPostgrest | undefined) {
    this.databases = databases;
    this.database = database;
    this.state = state;
    if (read !== undefined) this.#read = Promise.resolve(read);
  }

  /**
   * What PostgREST reads of this database: the same in every copy, so it is read once. `load` is called for the first to
   * ask, and again only when it failed.
   */
  read(load: () => Promise<ReadPostgrest | undefined>): Promise<ReadPostgrest | undefined> {
    this.#read ??= load().then(
      (read) => {
        if (read === undefined) this.#read = undefined;
        return read;
      },
      (error: unknown) => {
        this.#read = undefined;
        throw error;
      },
    );
    return this.#read;
  }
}
