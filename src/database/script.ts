/** Runs SQL scripts on a connection, keeping what is needed to say where one failed. */
import { Client, type DatabaseError } from "pg";

/** A script's failure: Postgres' error, and how many statements had completed before it. */
export class ScriptFailure extends Error {
  override readonly cause: DatabaseError;
  readonly completed: number;

  constructor(cause: DatabaseError, completed: number) {
    super(cause.message);
    this.cause = cause;
    this.completed = completed;
  }
}

/** Sends the text as one simple query, however many statements it has. Rejects with `ScriptFailure`. */
export async function runScript(client: Client, text: string): Promise<void> {
  let completed = 0;
  const count = () => {
    completed += 1;
  };
  client.connection.on("commandComplete", count);
  try {
    await client.query(text);
  } catch (error) {
    throw isDatabaseError(error) ? new ScriptFailure(error, completed) : error;
  } finally {
    client.connection.off("commandComplete", count);
  }
}

export function isDatabaseError(error: unknown): error is DatabaseError {
  return error instanceof Error && "severity" in error && "code" in error;
}

/** BEGIN, the work, COMMIT; ROLLBACK when the work rejects, so that nothing of it remains. */
export async function inTransaction<Result>(client: Client, work: () => Promise<Result>): Promise<Result> {
  await client.query("begin");
  try {
    const result = await work();
    await client.query("commit");
    return result;
  } catch (error) {
    // The connection may be what failed; the first error is the one to report.
    await client.query("rollback").catch(() => {});
    throw error;
  }
}

/** Leaves the connection as if it were new; a connection that is gone has nothing to forget. */
export async function forgetSession(client: Client): Promise<void> {
  await client.query("discard all").catch(() => {});
}

/** Cancels what the connection is running, from a second connection to the same server. */
export async function cancelRunning(client: Client): Promise<void> {
  const { host, port, user, database, password } = client;
  const other = new Client({ host, port, ...optional({ user, database, password }) });
  try {
    await other.connect();
    await other.query("select pg_cancel_backend($1)", [backendPid(client)]);
  } finally {
    await other.end().catch(() => {});
  }
}

/** Known to the driver since the start-up packet, but missing from its types. */
function backendPid(client: Client): number {
  return (client as Client & { processID: number }).processID;
}

function optional(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
