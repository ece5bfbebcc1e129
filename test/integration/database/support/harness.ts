/** A cluster of one mode with one provisioned project, and shorthands for pushing to it. */
import { Client } from "pg";
import { bootstrapDatabase, provisionProject } from "../../../../src/database/provision/provision.ts";
import { pushSql } from "../../../../src/database/push/push.ts";
import type { PushInput, PushResult } from "../../../../src/database/push/types.ts";
import type { RunningCluster } from "../../../../src/postgres/server.ts";
import { type ProjectIdentity, projectIdentity } from "../../../../src/project/identity.ts";
import type { ModeName } from "../../../../src/project/mode/types.ts";
import { createTestCluster } from "../../../support/postgres.ts";

export const project = projectIdentity({
  slug: "notes-app",
  hash: "1a2b3c4",
  id: "01234567-89ab-4f2b-a05c-7a1b4348fce4",
});

export interface Harness {
  readonly cluster: RunningCluster;
  /** The superuser, in database postgres. */
  readonly client: Client;
  readonly project: ProjectIdentity;
  push(sql: string, more?: Partial<PushInput>): Promise<PushResult>;
  rows<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** First column of every row. */
  column(sql: string): Promise<unknown[]>;
  /** Runs statements as another role with claims, in a transaction that is rolled back; gives the last one's rows. */
  as<Row extends object>(role: string, claims: object, ...statements: string[]): Promise<Row[]>;
  stop(): Promise<void>;
}

export async function harness(mode: ModeName, password = "secret"): Promise<Harness> {
  const cluster = await createTestCluster();
  const client = new Client(cluster.url());
  await client.connect();
  await bootstrapDatabase(client, mode, password);
  await provisionProject(client, project, mode);
  const rows = async <Row extends object>(sql: string, values?: unknown[]) =>
    (await client.query<Row>(sql, values)).rows;
  return {
    cluster,
    client,
    project,
    push: (sql, more = {}) =>
      pushSql(client, project, mode, { name: "x.sql", shown: "migrations/x.sql", mode: "raw", sql, ...more }),
    rows,
    column: async (sql) => (await rows<Record<string, unknown>>(sql)).map((row) => Object.values(row)[0]),
    as: async (role, claims, ...statements) => {
      await client.query("begin");
      try {
        await client.query("select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)", [
          role,
          JSON.stringify(claims),
        ]);
        for (const statement of statements.slice(0, -1)) await client.query(statement);
        return (await client.query(statements.at(-1)!)).rows;
      } finally {
        await client.query("rollback");
      }
    },
    stop: async () => {
      await client.end();
      await cluster.stop();
    },
  };
}

/** The error a promise rejects with, as its details, or fails the test. */
export async function failure(work: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await work;
  } catch (error) {
    return { message: (error as Error).message, ...(error as { details?: object }).details, ...(error as object) };
  }
  throw new Error("expected a rejection");
}
