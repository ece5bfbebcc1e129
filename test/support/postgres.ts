/**
 * Databases for integration tests. `createTestDatabase` gives a database of one's own on the cluster that all test files
 * share; roles are cluster-wide, so a file that makes roles with fixed names takes `createTestCluster` instead.
 */
import { randomUUID } from "node:crypto";
import type pg from "pg";
import { inject } from "vitest";
import { withClient } from "../../src/postgres/admin.ts";
import { startThrowAwayCluster } from "../../src/postgres/cluster.ts";
import { type Flavour, icuEnglish } from "../../src/postgres/flavour.ts";
import type { RunningCluster } from "../../src/postgres/server.ts";

export interface TestDatabase {
  readonly name: string;
  /** Superuser URL of this database. */
  readonly url: string;
  /** The same for another role (trust authentication, no password). */
  urlFor(user: string): string;
  /** Runs SQL as superuser on a connection of its own; several statements only without parameters. */
  query<Row extends pg.QueryResultRow>(sql: string, parameters?: unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** An empty database, or a copy of `template` (which nobody may be connected to). Drop it in `afterAll`. */
export async function createTestDatabase(
  options: { template?: string; on?: RunningCluster } = {},
): Promise<TestDatabase> {
  const admin = options.on?.url() ?? inject("postgresUrl");
  const name = `test_${randomUUID().replaceAll("-", "").slice(0, 16)}`;
  const run = (sql: string) => withClient(admin, (client) => client.query(sql));
  await run(`create database ${name} template ${options.template ?? "template1"} strategy file_copy`);
  const urlFor = (user: string) => {
    const url = new URL(admin);
    url.username = encodeURIComponent(user);
    url.pathname = `/${name}`;
    return url.href;
  };
  const drop = async () => void (await run(`drop database if exists ${name} with (force)`));
  return {
    name,
    url: urlFor("postgres"),
    urlFor,
    query: (sql, parameters) =>
      withClient(urlFor("postgres"), async (client) => (await client.query(sql, parameters)).rows),
    drop,
    [Symbol.asyncDispose]: drop,
  };
}

/** A cluster of one's own, about 0.2 s; stop it in `afterAll`. */
export function createTestCluster(flavour: Flavour = icuEnglish): Promise<RunningCluster> {
  return startThrowAwayCluster({ flavour });
}
