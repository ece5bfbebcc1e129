/** Copies of a cluster's files, taken while its server runs or rests. */
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Client } from "pg";
import { type Account, handOver, unprivilegedAccount } from "./account.ts";
import { withClient } from "./admin.ts";
import { locateBinaries } from "./binaries.ts";
import { type CopyOptions, copyOne, copyTree } from "./copy.ts";
import { explainFileError, PostgresError } from "./errors.ts";
import { livePostmaster, ownerFile } from "./postmaster.ts";
import { recover } from "./recover.ts";

/** What belongs to the server that runs, not to its data. */
const TRANSIENT = new Set([
  "postmaster.pid",
  "postmaster.opts",
  "server.log",
  "server.log.1",
  basename(ownerFile("x")),
]);

/**
 * Copies the cluster in `dataDirectory` to `to`, which must not exist; it appears whole or not at all, as if its server had
 * been stopped in good order. A server that runs goes on undisturbed. Nothing is synced to disk.
 */
export async function copyCluster(dataDirectory: string, to: string): Promise<void> {
  const draft = `${to}.tmp`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(dirname(to), { recursive: true });
  const options: CopyOptions = {
    account: unprivilegedAccount(dirname(to)),
    directoryMode: 0o700,
    skip: (path) => dirname(path) === dataDirectory && TRANSIENT.has(basename(path)),
  };
  const live = livePostmaster(dataDirectory);
  try {
    if (live === undefined) await copyTree(dataDirectory, draft, options);
    else {
      const url = `postgres://postgres@127.0.0.1:${live.port}/postgres`;
      await withClient(url, (client) => backUp(client, dataDirectory, draft, options));
      await settle(draft, options.account);
    }
    await rename(draft, to);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw explainFileError(error, to, "copy the databases to");
  }
}

/** Postgres' own way: files change while they are copied, and the log of that time, copied last, says how. */
async function backUp(client: Client, dataDirectory: string, to: string, options: CopyOptions): Promise<void> {
  const wal = join(dataDirectory, "pg_wal");
  const inWal = (path: string) => dirname(path) === wal && SEGMENT.test(basename(path));
  const [{ level } = { level: "" }] = await ask<{ level: string }>(
    client,
    "select current_setting('wal_level') as level",
  );
  if (level === "minimal") throw notDurable(dataDirectory);
  const [begun] = await ask<{ segment: string }>(
    client,
    "select pg_walfile_name(pg_backup_start('flux-dev', fast => true)) as segment",
  );
  await copyTree(dataDirectory, to, {
    ...options,
    skip: (path) => options.skip?.(path) || inWal(path),
    vanishing: true,
  });
  const [ended] = await ask<{ segment: string; label: string }>(
    client,
    "select pg_walfile_name(lsn) as segment, labelfile as label from pg_backup_stop(wait_for_archive => false)",
  );
  const label = join(to, "backup_label");
  await writeFile(label, ended!.label, { mode: 0o600 });
  handOver(label, options.account);
  const segments = (await readdir(wal)).filter((name) => SEGMENT.test(name));
  for (const name of segments.filter((name) => name >= begun!.segment && name <= ended!.segment))
    await copyOne(join(wal, name), join(to, "pg_wal", name), options);
}

const SEGMENT = /^[0-9A-F]{24}$/;

const ask = async <Row extends object>(client: Client, sql: string): Promise<Row[]> =>
  (await client.query<Row>(sql)).rows;

/** Works the log off once, here, where nothing need be synced: whoever starts the copy then starts at once. */
async function settle(dataDirectory: string, account: Account | undefined): Promise<void> {
  await recover(dataDirectory, await locateBinaries(), account);
  for (const name of TRANSIENT) await rm(join(dataDirectory, name), { force: true });
}

function notDurable(dataDirectory: string): PostgresError {
  return new PostgresError("NOT_DURABLE", {
    what: `The server of ${dataDirectory} cannot be copied while it runs.`,
    why: "It keeps no log of changes, because the configuration says that its data may be lost.",
    next: 'Stop it first (flux-dev down), or take "durable": false out of the configuration.',
  });
}
