/** Connections to a given server: its faults explained, its roles changed by one at a time. */
import type { Client } from "pg";
import { withClient } from "../admin.ts";
import { PATIENCE, unreachable } from "./unreachable.ts";

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
    const begin = (client: Client) => {
      open = true;
      return work(client);
    };
    return await withClient(url, begin, PATIENCE);
  } catch (error) {
    throw open ? error : unreachable(url, error);
  }
}
