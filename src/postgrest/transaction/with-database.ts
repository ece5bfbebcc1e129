/** A plain `pg` connection for the questions that are not requests: version, configuration, catalogs. */
import { Client, DatabaseError } from "pg";
import { type ConnectionInfo, connectFailureMessage } from "./conninfo.ts";
import type { DatabaseFailure } from "./types.ts";

export type DatabaseQuery = (text: string, values?: unknown[]) => Promise<{ rows: Array<Record<string, unknown>> }>;

/** A question that the database refused or could not be asked. */
export class QueryFailure extends Error {
  readonly failure: DatabaseFailure;

  constructor(failure: DatabaseFailure, message: string) {
    super(message);
    this.name = "QueryFailure";
    this.failure = failure;
  }
}

/** Connects, lets `use` ask, and ends the connection. Throws QueryFailure. */
export async function withDatabase<T>(info: ConnectionInfo, use: (query: DatabaseQuery) => Promise<T>): Promise<T> {
  const client = new Client(info);
  client.on("error", () => {});
  try {
    await client.connect();
  } catch (error) {
    const { message, sqlState } = connectFailureMessage(error, client.host, client.port);
    throw new QueryFailure({ kind: "unreachable", message, sqlState }, message);
  }
  try {
    return await use((text, values) =>
      client.query(text, values).catch((error) => Promise.reject(queryFailure(error))),
    );
  } finally {
    await client.end().catch(() => {});
  }
}

function queryFailure(error: unknown): QueryFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof DatabaseError)) return new QueryFailure({ kind: "lost", message, error: null }, message);
  const { severity = "ERROR", code = "XX000", detail = null, hint = null } = error;
  return new QueryFailure(
    { kind: "server", statement: "inspect", error: { severity, sqlState: code, message, detail, hint } },
    message,
  );
}
