/** Databases by copy: the cheap way to a fresh, seeded project. */
import { type Client, escapeIdentifier as name } from "pg";

/**
 * Copies a database that nobody is connected to, with the role settings that hold in it (`CREATE DATABASE` leaves those
 * behind). The client is a superuser connected to another database of the cluster.
 */
export async function cloneDatabase(client: Client, from: string, to: string): Promise<void> {
  // FILE_COPY: no WAL for every block, which is what makes a clone cheap where fsync is off.
  await client.query(`create database ${name(to)} template ${name(from)} strategy file_copy`);
  // Written into the catalog as they are: their values are lists at times, which ALTER ROLE … SET would have to quote anew.
  await client.query(
    `insert into pg_db_role_setting (setdatabase, setrole, setconfig)
     select target.oid, s.setrole, s.setconfig
       from pg_db_role_setting s join pg_database source on source.oid = s.setdatabase, pg_database target
      where source.datname = $1 and target.datname = $2`,
    [from, to],
  );
}

/** Closes a database to connections, so that it can be copied at any time, and marks it as a template. */
export async function sealTemplate(client: Client, database: string): Promise<void> {
  await client.query(`alter database ${name(database)} with allow_connections false is_template true`);
}

/** Drops a database, sealed or not, and whoever is connected to it. */
export async function dropDatabase(client: Client, database: string): Promise<void> {
  const { rows } = await client.query<{ sealed: boolean }>(
    "select datistemplate as sealed from pg_database where datname = $1",
    [database],
  );
  if (rows[0]?.sealed) await client.query(`alter database ${name(database)} with is_template false`);
  await client.query(`drop database if exists ${name(database)} with (force)`);
}
