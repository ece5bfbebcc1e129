/**
 * One connection, one transaction, always rolled back. Every experiment runs behind a savepoint, so that its settings, its
 * role and whatever it changed are gone afterwards, also when Postgres refused it.
 */
import { type Client, DatabaseError, escapeIdentifier } from "pg";

/** An error of Postgres in an experiment. */
export interface SqlFailure {
  readonly sqlState: string;
  readonly message: string;
  readonly detail: string | null;
  readonly hint: string | null;
  /** Postgres' account of the functions it was in. */
  readonly where: string | null;
}

export type Attempt<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: SqlFailure };

/** The diagnosis took longer than it may; what was found until then still holds. */
export class OutOfTime extends Error {
  override readonly name = "OutOfTime";
}

export interface SessionLimits {
  /** Milliseconds for everything together. */
  readonly total: number;
  /** Milliseconds for one statement. */
  readonly statement: number;
}

const defaultLimits: SessionLimits = { total: 5000, statement: 1500 };

/** Milliseconds to wait for a lock: the request's own traffic goes first. */
const LOCK_TIMEOUT = 300;

export interface Identity {
  /** What PostgREST logs in as; `session_user` in the request. */
  readonly login: string;
  readonly role: string;
  /** Roles that row security does not apply to in this experiment. */
  readonly lifted?: readonly string[];
  readonly readOnly?: boolean;
  /** Statements of the superuser that come first. */
  readonly prepared?: readonly string[];
  /** In place of the claims that SQL saw. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

export class Session {
  readonly #client: Client;
  readonly #limits: SessionLimits;
  readonly #deadline: number;
  readonly #remembered = new Map<string, unknown>();
  #depth = 0;

  private constructor(client: Client, limits: SessionLimits) {
    this.#client = client;
    this.#limits = limits;
    this.#deadline = performance.now() + limits.total;
  }

  /** `client` is the superuser and in no transaction; it is in none afterwards either. */
  static async run<T>(client: Client, work: (session: Session) => Promise<T>, limits = defaultLimits): Promise<T> {
    const session = new Session(client, limits);
    await client.query("BEGIN");
    try {
      await session.restrain();
      return await work(session);
    } finally {
      await client.query("ROLLBACK");
    }
  }

  /** Whether most of the time is gone: what is not needed for an answer is better left out. */
  get isLate(): boolean {
    return performance.now() > this.#deadline - this.#limits.total / 2;
  }

  /** Bounds of time, set again after a request's own settings have been made. */
  async restrain(): Promise<void> {
    await this.#client.query(
      `SET LOCAL statement_timeout = ${this.#limits.statement}; SET LOCAL lock_timeout = ${LOCK_TIMEOUT}; SET LOCAL idle_in_transaction_session_timeout = 60000`,
    );
  }

  /** Rows as `pg` reads them; rejects with Postgres' error, or `OutOfTime`. */
  async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    if (performance.now() > this.#deadline) throw new OutOfTime();
    const { rows } = await this.#client.query<Row>(text, [...values]);
    return rows;
  }

  /** Rows of the catalogs, asked once: nothing that an experiment does changes them for long. */
  async remembered<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> {
    const key = JSON.stringify([text, values]);
    const rows = (this.#remembered.get(key) as Row[] | undefined) ?? (await this.query<Row>(text, values));
    this.#remembered.set(key, rows);
    return rows;
  }

  /** Rows of a question to the catalogs, with names looked up along another search_path, as SET takes it; null: as it is. */
  async under<Row extends object>(path: string | null, text: string, values: readonly unknown[]): Promise<Row[]> {
    if (path === null) return this.query<Row>(text, values);
    const tried = await this.attempt(async () => {
      await this.run(`SET LOCAL search_path TO ${path}`);
      return this.query<Row>(text, values);
    });
    return tried.ok ? tried.value : [];
  }

  /** Several statements in one text, without parameters. */
  async run(text: string): Promise<void> {
    if (performance.now() > this.#deadline) throw new OutOfTime();
    await this.#client.query(text);
  }

  /** What `work` did stays, unless it failed. */
  async keep<T>(work: () => Promise<T>): Promise<Attempt<T>> {
    await this.run("SAVEPOINT kept");
    try {
      return { ok: true, value: await work() };
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      await this.#client.query("ROLLBACK TO SAVEPOINT kept");
      return { ok: false, failure: failureOf(error) };
    }
  }

  /** Nothing of `work` remains, whatever comes of it. */
  async attempt<T>(work: () => Promise<T>): Promise<Attempt<T>> {
    const savepoint = `experiment_${this.#depth}`;
    await this.run(`SAVEPOINT ${savepoint}`);
    this.#depth += 1;
    try {
      return { ok: true, value: await work() };
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      return { ok: false, failure: failureOf(error) };
    } finally {
      this.#depth -= 1;
      await this.#client.query(`ROLLBACK TO SAVEPOINT ${savepoint}; RELEASE SAVEPOINT ${savepoint}`);
    }
  }

  /** The same as another role. `BYPASSRLS` is an attribute of the role and transactional: no table is locked for it. */
  as<T>(identity: Identity, work: () => Promise<T>): Promise<Attempt<T>> {
    const { login, role, lifted = [], readOnly = false, prepared = [], claims } = identity;
    return this.attempt(async () => {
      if (claims !== undefined)
        await this.query("SELECT set_config('request.jwt.claims', $1, true)", [JSON.stringify(claims)]);
      await this.run(
        [
          ...prepared,
          ...liftSql(lifted),
          ...identitySql(login),
          `SET LOCAL ROLE ${escapeIdentifier(role)}`,
          ...(readOnly ? ["SET LOCAL transaction_read_only = on"] : []),
        ].join(";"),
      );
      return work();
    });
  }
}

/** `postgres` is who the connection belongs to, and any other session user may only become what it is a member of. */
export const identitySql = (login: string): string[] =>
  login === "postgres" ? [] : [`SET LOCAL SESSION AUTHORIZATION ${escapeIdentifier(login)}`];

/** Functions keep plans made under the old attribute, so those go too. */
export const liftSql = (roles: readonly string[]): string[] =>
  roles.length === 0 ? [] : [...roles.map((role) => `ALTER ROLE ${escapeIdentifier(role)} BYPASSRLS`), "DISCARD PLANS"];

function failureOf(error: DatabaseError): SqlFailure {
  const { code = "XX000", message, detail = null, hint = null, where = null } = error;
  return { sqlState: code, message, detail, hint, where };
}
