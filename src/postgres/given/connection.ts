/** Connections to a given server: its faults explained, its roles changed by one at a time. */
import type { Client } from "pg";
import { withClient } from "../admin.ts";
import { PostgresError } from "../errors.ts";
import { shownUrl } from "./location.ts";

/** A number that flux-dev's processes agree on; locks end with their connection. */
const LOCK = 7_352_981;

export async function exclusively<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query(`select pg_advisory_lock(${LOCK})`);
  try {
    return await work();
  } finally {
    await client.query(`select pg_advisory_unlock(${LOCK})`);
  }
}

/** Throws `URL_UNUSABLE` when nobody lets us in. */
export async function connected<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  let open = false;
  try {
    return await withClient(url, (client) => {
      open = true;
      return work(client);
    });
  } catch (error) {
    if (open) throw error;
    throw new PostgresError(
      "URL_UNUSABLE",
      {
        what: `The Postgres at ${shownUrl(url)} cannot be reached.`,
        why: (error as Error).message || String((error as { code?: string }).code),
        next: "Check address, user and password of the URL (--postgres, or `postgres` in the configuration).",
      },
      error,
    );
  }
}
