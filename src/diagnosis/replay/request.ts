/** The request once more, statement by statement as it was sent, under other conditions. */
import type { Statement } from "../../postgrest/sql/snippet.ts";
import type { SentRequest } from "../evidence.ts";
import { type Attempt, identitySql, liftSql, type Session } from "./session.ts";

export interface ReplayConditions {
  /** Roles that row security does not apply to. */
  readonly lifted?: readonly string[];
  /** In place of the claims that SQL saw. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** In place of the main statement. */
  readonly main?: Statement;
  /** Statements of the superuser that come first. */
  readonly prepared?: readonly string[];
  /** In place of the role. */
  readonly role?: string;
  /** Asked as the superuser after the main statement, while what it did is still there. Its rows are the result. */
  readonly after?: Statement;
}

type Row = Record<string, unknown>;

export class Replay {
  readonly session: Session;
  readonly sent: SentRequest;
  readonly login: string;

  constructor(session: Session, sent: SentRequest, login: string) {
    this.session = session;
    this.sent = sent;
    this.login = login;
  }

  /**
   * Makes the request's settings hold for the rest of the session, and leaves it as the superuser. What the settings
   * themselves raise (an unknown role, a pre-request function that refuses) is the attempt's failure.
   */
  async adopt(): Promise<Attempt<void>> {
    const { session } = this;
    return session.keep(async () => {
      await this.#settle({});
      await session.run("RESET ROLE; RESET SESSION AUTHORIZATION");
    });
  }

  /** Rows of the main statement. */
  async run(conditions: ReplayConditions = {}): Promise<Attempt<Row[]>> {
    const { session, sent } = this;
    return session.attempt(async () => {
      await this.#settle(conditions);
      if (sent.readOnly) await session.run("SET LOCAL transaction_read_only = on");
      const rows = await this.#query(conditions.main ?? sent.main);
      if (!sent.readOnly) await session.run("SET CONSTRAINTS ALL IMMEDIATE");
      if (conditions.after === undefined) return rows;
      await session.run("RESET ROLE; RESET SESSION AUTHORIZATION");
      return this.#query(conditions.after);
    });
  }

  /** Rows in the page that the main statement gives under these conditions. */
  async pageTotal(conditions: ReplayConditions = {}): Promise<Attempt<number>> {
    const tried = await this.run(conditions);
    return tried.ok ? { ok: true, value: Number(tried.value[0]?.["page_total"] ?? 0) } : tried;
  }

  async #settle({ lifted = [], claims, role, prepared = [] }: ReplayConditions): Promise<void> {
    const { session, sent } = this;
    const before = [...prepared, ...liftSql(lifted), ...identitySql(this.login)];
    if (before.length > 0) await session.run(before.join(";"));
    for (const statement of sent.before) await this.#query(statement);
    await session.restrain();
    if (claims !== undefined)
      await session.query("SELECT set_config('request.jwt.claims', $1, true)", [JSON.stringify(claims)]);
    if (role !== undefined) await session.query("SELECT set_config('role', $1, true)", [role]);
  }

  #query({ text, values }: Statement): Promise<Row[]> {
    // A Buffer would travel as bytea; what the request sent is text.
    return this.session.query<Row>(
      text,
      values.map((value) => (Buffer.isBuffer(value) ? value.toString("utf8") : value)),
    );
  }
}
