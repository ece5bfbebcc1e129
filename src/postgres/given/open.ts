/** A Postgres that somebody gave: looked at, then used by a database of flux-dev's own and roles that it marks. */
import { createHmac } from "node:crypto";
import { type Client, escapeIdentifier as name, escapeLiteral as text } from "pg";
import type { DatabaseServer } from "../database-server.ts";
import { PostgresError } from "../errors.ts";
import { connected, exclusively } from "./connection.ts";
import { judge } from "./judge.ts";
import { shownUrl } from "./location.ts";
import { databaseComment, isLeftBehind, thisProcess } from "./marks.ts";
import { dropUnusedRoles, makeRoles } from "./roles.ts";
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
  /** Of the role that PostgREST logs in as. Default: one that follows from the server, so that stacks which share it agree. */
  readonly loginPassword?: string | undefined;
  warn(text: string): void;
  /** Called when the server was judged usable, before anything is changed there. */
  beforeChanging?(): void;
}

/** Throws `URL_UNUSABLE`, `IN_USE` and what `judge` throws; nothing was changed then. */
export async function openGivenServer(options: GivenOptions): Promise<DatabaseServer> {
  const { url, database, keep } = options;
  const found = await connected(url, (client) =>
    exclusively(client, async () => {
      const seen = await survey(client, options.roles);
      for (const remark of judge(seen, options)) options.warn(remark);
      refuseTakenName(seen, options);
      options.beforeChanging?.();
      await prepare(client, options, seen);
      return seen;
    }),
  );
  const own = new URL(url);
  own.pathname = `/${encodeURIComponent(database)}`;
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    if (keep) return;
    await connected(url, (client) =>
      exclusively(client, async () => {
        await client.query(`drop database if exists ${name(database)} with (force)`);
        await dropUnusedRoles(client);
      }),
    );
  };
  return {
    about: `given ${shownUrl(url)} (${found.version.text})`,
    url: own.href,
    loginPassword: options.loginPassword ?? loginPassword(url, found.systemIdentifier),
    alone: (work) => connected(url, (client) => exclusively(client, work)),
    exited: new Promise(() => {}),
    stop: () => (stopping ??= stop()),
  };
}

/** A name that the user chose may be somebody's already; those that flux-dev makes up are no other project's. */
function refuseTakenName({ own, foreign }: Survey, { url, database, project }: GivenOptions): void {
  const owner = own.find((existing) => existing.name === database)?.mark.project;
  if (owner === project || (owner === undefined && !foreign.some((existing) => existing.name === database))) return;
  throw new PostgresError("IN_USE", {
    what: `The database ${database} at ${shownUrl(url)} is not this project's.`,
    why: owner === undefined ? "Something other than flux-dev made it." : `It belongs to the project ${owner}.`,
    next: "Choose another name (`database` in the configuration), or leave it out to get one of this project's own.",
  });
}

async function prepare(client: Client, options: GivenOptions, { own }: Survey): Promise<void> {
  for (const left of own.filter(({ mark }) => isLeftBehind(mark)))
    await client.query(`drop database if exists ${name(left.name)} with (force)`);
  await makeRoles(client, options.roles);
  const { database, project, mode, keep, fresh } = options;
  if (fresh) await client.query(`drop database if exists ${name(database)} with (force)`);
  else if (own.some((existing) => existing.name === database)) return;
  // template0: a template1 may hold things that are no part of the platform.
  await client.query(`create database ${name(database)} template template0`);
  const mark = { project, mode, ...(keep ? {} : { process: thisProcess() }) };
  await client.query(`comment on database ${name(database)} is ${text(databaseComment(mark))}`);
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
