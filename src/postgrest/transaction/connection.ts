/**
 * One connection. `pg` makes it (TLS, authentication, start-up); afterwards this class speaks on its socket, because a
 * request is a batch of statements in one write, which `pg` cannot send, and rows must stay bytes, which `pg` decodes.
 */
import { Client } from "pg";
import type { ParamValue } from "../sql/snippet.ts";
import { type ConnectionInfo, connectFailureMessage } from "./conninfo.ts";
import { PreparedStatements } from "./prepared.ts";
import type { DatabaseFailure, PgError } from "./types.ts";
import { type BackendMessage, type Row, WireReader } from "./wire-reader.ts";
import { type ResultFormat, WireWriter } from "./wire-writer.ts";

export interface PipelineStatement {
  readonly text: string;
  readonly parameters: readonly ParamValue[];
  /** Of its rows. */
  readonly format: ResultFormat;
}

export interface PipelineResult {
  /** Rows by statement; statements after a failed one have none. */
  readonly rows: ReadonlyArray<readonly Row[]>;
  readonly failed: { readonly index: number; readonly error: PgError } | null;
}

/** Thrown by `open` and `run`; carries a failure that is no answer of a statement. */
export class ConnectionError extends Error {
  readonly failure: DatabaseFailure;

  constructor(failure: DatabaseFailure & { message: string }) {
    super(failure.message);
    this.name = "ConnectionError";
    this.failure = failure;
  }
}

/** Of a statement without rows, as most are; never added to. */
const none: Row[] = [];

interface Conversation {
  readonly statements: readonly PipelineStatement[];
  /** The name each statement gets with this batch, where it is parsed now. */
  readonly parsed: ReadonlyArray<string | undefined>;
  readonly rows: Row[][];
  current: number;
  failed: { index: number; error: PgError } | null;
  resolve(result: PipelineResult): void;
  reject(error: ConnectionError): void;
}

/**
 * The details of `PGRST001`. Whatever broke the connection, PostgREST then tries to roll back on it, and what it reports is
 * that this cannot be done, in libpq's words.
 */
const LOST = "no connection to the server\n";

export class Connection {
  readonly openedAt = performance.now();
  usedAt = performance.now();
  readonly #client: Client;
  readonly #reader = new WireReader();
  /** One for all batches: the next is begun when the server is ready again, so it has read the last one to its end. */
  readonly #writer = new WireWriter();
  readonly #prepared = new PreparedStatements();
  #conversation: Conversation | null = null;
  #status = "I";
  #open = true;

  /** Connects. Throws ConnectionError (`unreachable`). */
  static async open(info: ConnectionInfo): Promise<Connection> {
    const client = new Client(info);
    // Errors before the promise settles reject it; without a listener the same event would end the process.
    client.on("error", () => {});
    try {
      await client.connect();
      // So does PostgREST's driver; SQL can ask what is set, and nobody here reads a NOTICE.
      await client.query("SET client_min_messages TO WARNING");
    } catch (error) {
      throw new ConnectionError({ kind: "unreachable", ...connectFailureMessage(error, client.host, client.port) });
    }
    return new Connection(client);
  }

  private constructor(client: Client) {
    this.#client = client;
    const stream = client.connection.stream;
    stream.removeAllListeners("data");
    stream.on("data", (chunk: Buffer) => this.#reader.push(chunk, (message) => this.#receive(message)));
    client.on("end", () => this.#lost());
    client.on("error", () => this.#lost());
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Whether the last batch left a transaction open, to be ended before anyone else gets this connection. */
  get inTransaction(): boolean {
    return this.#status !== "I";
  }

  /**
   * Sends all statements in one write with one Sync and resolves when the server is ready again. The first error skips the
   * rest, as the protocol has it. Rejects with ConnectionError (`lost`).
   *
   * @param prepared whether to keep the statements prepared; otherwise the unnamed statement is used
   */
  run(statements: readonly PipelineStatement[], prepared: boolean): Promise<PipelineResult> {
    const writer = this.#writer.start();
    for (const name of this.#prepared.evict()) writer.closeStatement(name);
    const parsed: Array<string | undefined> = [];
    let inThisBatch: Map<string, string> | undefined;
    for (const statement of statements) {
      let name = "";
      let fresh: string | undefined;
      if (prepared && this.#prepared.keeps(statement.text)) {
        const known = this.#prepared.find(statement.text) ?? inThisBatch?.get(statement.text);
        if (known !== undefined) name = known;
        else {
          name = fresh = this.#prepared.nextName();
          inThisBatch ??= new Map();
          inThisBatch.set(statement.text, name);
        }
      } else fresh = "";
      if (fresh !== undefined) writer.parse(fresh, statement.text);
      writer.bind(name, statement.parameters, statement.format).execute();
      parsed.push(fresh);
    }
    return this.#send(writer.sync(), statements, parsed);
  }

  /** Closes every prepared statement on the server, after it reported that one no longer fits. */
  async forgetPrepared(): Promise<void> {
    const writer = this.#writer.start();
    for (const name of this.#prepared.clear()) writer.closeStatement(name);
    await this.#send(writer.sync(), [], []);
  }

  /** Ends the session politely. A busy connection is cut. */
  close(): void {
    this.#open = false;
    if (this.#conversation !== null) {
      this.#client.connection.stream.destroy();
      this.#lost();
    }
    void this.#client.end().catch(() => {});
  }

  #send(
    writer: WireWriter,
    statements: readonly PipelineStatement[],
    parsed: ReadonlyArray<string | undefined>,
  ): Promise<PipelineResult> {
    return new Promise((resolve, reject) => {
      if (!this.#open) {
        reject(new ConnectionError({ kind: "lost", message: LOST, error: null }));
        return;
      }
      const rows: Row[][] = statements.map(() => none);
      this.#conversation = { statements, parsed, rows, current: 0, failed: null, resolve, reject };
      this.#client.connection.stream.write(writer.finish());
    });
  }

  #receive(message: BackendMessage): void {
    const conversation = this.#conversation;
    if (conversation === null) return;
    switch (message.type) {
      case "parse-complete": {
        const name = conversation.parsed[conversation.current];
        const statement = conversation.statements[conversation.current];
        if (name && statement) this.#prepared.confirm(statement.text, name);
        return;
      }
      case "row":
        this.#addRow(conversation, message.row);
        return;
      case "statement-complete":
        conversation.current += 1;
        return;
      case "error":
        conversation.failed ??= { index: conversation.current, error: message.error };
        // FATAL: no ReadyForQuery will follow, the server hangs up.
        if (message.error.severity !== "ERROR") this.#lost(message.error);
        return;
      case "ready":
        this.#status = message.status;
        this.#finish(conversation);
        return;
    }
  }

  #addRow({ rows, current }: Conversation, row: Row): void {
    const before = rows[current];
    if (before === none) rows[current] = [row];
    else before?.push(row);
  }

  #finish(conversation: Conversation): void {
    this.#conversation = null;
    this.usedAt = performance.now();
    conversation.resolve({ rows: conversation.rows, failed: conversation.failed });
  }

  #lost(error: PgError | null = null): void {
    this.#open = false;
    const conversation = this.#conversation;
    this.#conversation = null;
    conversation?.reject(new ConnectionError({ kind: "lost", message: LOST, error }));
  }
}
