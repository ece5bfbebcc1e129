/** The databases the answers were recorded on, built anew from SQL. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { ident, literal } from "../../src/postgrest/sql/snippet.ts";
import { corpusDirectory, type Setup, type SetupStep } from "./corpus.ts";

export interface PreparedDatabase {
  /** For the login role of the server under test. */
  readonly url: string;
  /** Empties and fills all tables. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Builds one database on a throw-away cluster. Both databases use the same role names with other attributes, so every
 * database of the corpus and all its roles are dropped before.
 * @param url superuser `postgres` of the cluster; under another name two answers differ
 */
export async function prepareDatabase(url: string, name: string, setup: Setup): Promise<PreparedDatabase> {
  const database = setup.databases[name];
  if (database === undefined) throw new Error(`configs.json has no database "${name}".`);
  await withClient(url, async (admin) => {
    const { rows } = await admin.query("select datname from pg_database where datname ~ '^golden_'");
    for (const { datname } of rows) await admin.query(`drop database ${ident(datname)} with (force)`);
    for (const role of setup.roles) await admin.query(`drop role if exists ${ident(role)}`);
    const create = (locale: string) =>
      admin.query(
        `create database ${ident(database.name)} template template0 encoding 'UTF8' locale ${literal(locale)}
           locale_provider icu icu_locale 'en-US'`,
      );
    // macOS before 14 and old glibc have no C.UTF-8.
    await create("C.UTF-8").catch(() => create("C"));
    await admin.query(`alter database ${ident(database.name)} set timezone = 'UTC'`);
  });
  const own = databaseUrl(url, database.name);
  const sql = (step: SetupStep): string => readSql(step, database.name, setup.password);
  const client = new Client({ connectionString: own });
  await client.connect();
  await client.query("set client_min_messages = warning");
  for (const step of database.setup) {
    if (step.role) await client.query(`set role ${ident(step.role)}`);
    await client.query(sql(step));
    await client.query("reset role; reset search_path");
  }
  const filling = database.setup.filter(({ data }) => data);
  return {
    url: databaseUrl(url, database.name, `authenticator:${setup.password}`),
    reset: async () => {
      for (const step of filling) {
        const { rows } = await client.query(
          `select string_agg(format('%I.%I', nspname, relname), ', ') as tables
             from pg_class c join pg_namespace n on n.oid = relnamespace
            where nspname = $1 and relkind in ('r', 'p') and not relispartition`,
          [step.vars?.["schema"]],
        );
        await client.query(`truncate ${rows[0].tables} restart identity cascade`);
        await client.query(sql(step));
      }
    },
    close: () => client.end(),
  };
}

/** `16.14` */
export async function serverVersion(url: string): Promise<string> {
  let version = "";
  await withClient(url, async (client) => {
    const { rows } = await client.query("show server_version");
    version = String(rows[0].server_version).split(" ", 1)[0]!;
  });
  return version;
}

function readSql({ file, vars }: SetupStep, database: string, password: string): string {
  const values: Readonly<Record<string, string>> = { database, password, ...vars };
  return readFileSync(join(corpusDirectory, file), "utf8").replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`${file} wants a variable "${name}" that configs.json does not set.`);
    return value;
  });
}

function databaseUrl(url: string, database: string, user?: string): string {
  const { username, password, host } = new URL(url);
  return `postgres://${user ?? (password === "" ? username : `${username}:${password}`)}@${host}/${database}`;
}

async function withClient(url: string, use: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}
