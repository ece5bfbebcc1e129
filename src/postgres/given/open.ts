/** A Postgres that somebody gave: looked at, then used by a database of flux-dev's own and roles that it marks. */
import { createHmac } from "node:crypto";
import { type Client, escapeIdentifier as name, escapeLiteral as text } from "pg";
import { withClient } from "../admin.ts";
import type { DatabaseServer } from "../database-server.ts";
import { PostgresError } from "../errors.ts";
import { judge } from "./judge.ts";
import { shownUrl } from "./location.ts";
import { databaseComment, isLeftBehind, ROLE_MARK, thisProcess } from "./marks.ts";
import { type Survey, survey } from "./survey.ts";

export interface GivenOptions {
  /** The superuser's, of any database of the server. */
  readonly url: string;
  readonly database: string;
  /** See `DatabaseMark`. */
  readonly project: string;
  readonly mode: string;
  /** Every role that the mode and the project need. */
  readonly roles: readonly string[];
  readonly iKnow: boolean;
  /** False: dropped when the server is given back, or by the next stack when this process is killed. */
  readonly keep: boolean;
  /** Drop what an earlier run kept. */
  readonly fresh: boolean;
  warn(text: string): void;
}

/** Throws `URL_UNUSABLE` and what `judge` throws; nothing was changed then. */
export async function openGivenServer(options: GivenOptions): Promise<DatabaseServer> {
  const { url, database, keep } = options;
  const found = await connected(url, async (client) => {
    const seen = await survey(client, options.roles);
    for (const remark of judge(seen, options)) options.warn(remark);
    await exclusively(client, () => prepare(client, options, seen));
    return seen;
  });
  const own = new URL(url);
  own.pathname = `/${encodeURIComponent(database)}`;
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    if (!keep) await connected(url, (client) => client.query(`drop database if exists ${name(database)} with (force)`));
  };
  return {
    about: `given ${shownUrl(url)} (${found.version.text})`,
    url: own.href,
    loginPassword: loginPassword(url, found.systemIdentifier),
    alone: (work) => connected(url, (client) => exclusively(client, work)),
    exited: new Promise(() => {}),
    stop: () => (stopping ??= stop()),
  };
}

/** Roles are marked as they are made; a killed start leaves none that the next would take for somebody's. */
async function prepare(client: Client, options: GivenOptions, { own }: Survey): Promise<void> {
  for (const left of own.filter(({ mark }) => isLeftBehind(mark)))
    await client.query(`drop database if exists ${name(left.name)} with (force)`);
  for (const role of options.roles) {
    const { rowCount } = await client.query("select from pg_roles where rolname = $1", [role]);
    if (rowCount === 0)
      await client.query(`create role ${name(role)}; comment on role ${name(role)} is ${text(ROLE_MARK)}`);
  }
  const { database, project, mode, keep, fresh } = options;
  if (fresh) await client.query(`drop database if exists ${name(database)} with (force)`);
  else if (own.some((existing) => existing.name === database)) return;
  // template0: a template1 may hold things that are no part of the platform.
  await client.query(`create database ${name(database)} template template0`);
  const mark = { project, mode, ...(keep ? {} : { process: thisProcess() }) };
  await client.query(`comment on database ${name(database)} is ${text(databaseComment(mark))}`);
}

/** A number that flux-dev's processes agree on; locks end with their connection. */
const LOCK = 7_352_981;

async function exclusively<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query(`select pg_advisory_lock(${LOCK})`);
  try {
    return await work();
  } finally {
    await client.query(`select pg_advisory_unlock(${LOCK})`);
  }
}

/**
 * The password of the role that PostgREST logs in as. The role is the server's, not the stack's: stacks that share a
 * server must agree, so it follows from the server.
 */
function loginPassword(url: string, systemIdentifier: string): string {
  return createHmac("sha256", `flux-dev ${new URL(url).password}`)
    .update(systemIdentifier)
    .digest("hex")
    .slice(0, 32);
}

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
