/** SQL for housekeeping: one connection, closed afterwards. */
import pg from "pg";

/**
 * Connects, works, disconnects; the connection is closed whatever happens. `patience`: milliseconds for connecting, where
 * somebody may listen who never answers.
 */
export async function withClient<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
  patience?: number,
): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: patience });
  // A server that goes away while the client is idle must not end the whole process.
  client.on("error", () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
