import { afterAll, beforeAll, expect, test } from "vitest";
import { withClient } from "../../../src/postgres/admin.ts";
import type { RunningCluster } from "../../../src/postgres/server.ts";
import { type DatabaseConfigFailure, loadDbConfig } from "../../../src/postgrest/config/database.ts";
import { readConfig } from "../../../src/postgrest/config/read.ts";
import type { EngineConfig } from "../../../src/postgrest/config/types.ts";
import { dialects, type PostgrestVersion } from "../../../src/postgrest/dialect.ts";
import { createTestCluster, createTestDatabase, type TestDatabase } from "../../support/postgres.ts";

let cluster: RunningCluster;
let database: TestDatabase;
beforeAll(async () => {
  // Settings belong to roles, and roles to the cluster.
  cluster = await createTestCluster();
  database = await createTestDatabase({ on: cluster });
  await database.query(`
    create role "Authenticator" login noinherit;
    alter role "Authenticator" set pgrst.db_schemas = 'role, more';
    alter role "Authenticator" set pgrst.db_max_rows = '500';
    alter role "Authenticator" set pgrst.jwt_aud = 'a=b';
    alter role "Authenticator" set pgrst.server_trace_header = 'CF-Ray';
    alter role "Authenticator" set pgrst.db_pool = '99';
    alter role "Authenticator" set pgrst.unheard_of = 'x';
    alter role "Authenticator" in database ${database.name} set pgrst.db_max_rows = '7';
    alter role "Authenticator" in database postgres set pgrst.db_max_rows = '8';
    alter database ${database.name} set pgrst.db_anon_role = 'ignored';
    create function pre_config() returns void language sql as $$
      select set_config('pgrst.db_schemas', 'loses', true), set_config('pgrst.db_anon_role', current_user, true)
    $$;
    create function fails() returns void language plpgsql as 'begin raise ''not today''; end';

    create role member; create role strict; create role stranger; create role beyond;
    grant member, strict to "Authenticator"; grant beyond to member;
    alter role member set statement_timeout = '5s';
    alter role member set app.tenant = 'x';
    alter role member set log_min_messages = 'fatal';
    alter role member set log_min_duration_statement = 7;
    alter role member in database ${database.name} set work_mem = '9MB';
    grant set on parameter log_min_duration_statement to "Authenticator";
    alter role strict set default_transaction_isolation = 'REPEATABLE READ';
    alter role stranger set work_mem = '9MB';
    alter role beyond set work_mem = '9MB';
  `);
});
afterAll(async () => {
  await cluster?.stop();
});

async function ask(dbPreConfig: EngineConfig["dbPreConfig"] = null, version: PostgrestVersion = "12.2") {
  const failures: DatabaseConfigFailure[] = [];
  const config = await withClient(database.urlFor("Authenticator"), (client) =>
    loadDbConfig(
      (text, values) => client.query(text, values),
      { dbPreConfig },
      dialects[version],
      (failure) => void failures.push(failure),
    ),
  );
  return { ...config, failures };
}

test("settings of the authenticator, the database's own first", async () => {
  const { settings, failures } = await ask();
  expect(Object.fromEntries(settings)).toEqual({
    db_schemas: "role, more",
    db_max_rows: "7",
    jwt_aud: "a=b",
    server_trace_header: "CF-Ray",
  });
  expect(failures).toEqual([]);
});

test("the pre-config function fills what the role leaves open", async () => {
  const { settings } = await ask({ schema: "public", name: "pre_config" });
  expect(settings.get("db_anon_role")).toBe("Authenticator");
  expect(settings.get("db_schemas")).toBe("role, more");
});

test("12.0 reads the trace header too, which its dump shows", async () => {
  expect((await ask(null, "12.0")).settings.get("server_trace_header")).toBe("CF-Ray");
});

test("settings of the roles it may become: settable ones, in lower case", async () => {
  const { roleSettings, roleIsolationLevels } = await ask();
  expect(Object.fromEntries(roleSettings)).toEqual({
    member: [
      ["log_min_duration_statement", "7"],
      ["statement_timeout", "5s"],
    ],
    strict: [],
  });
  expect(Object.fromEntries(roleIsolationLevels)).toEqual({ strict: "repeatable read" });
});

test("what fails is reported and left empty, the rest is kept", async () => {
  const { settings, roleSettings, failures } = await ask({ schema: "", name: "fails" });
  expect(settings.size).toBe(0);
  expect(roleSettings.size).toBe(2);
  expect(failures.map(({ part, error }) => [part, String(error)])).toEqual([["settings", "error: not today"]]);
});

test("the configuration takes them over", async () => {
  const env = { PGRST_DB_SCHEMAS: "env", PGRST_DB_ANON_ROLE: "anon" };
  const config = readConfig({ env, database: await ask() }, dialects["12.2"]);
  expect(config).toMatchObject({ dbSchemas: ["role", "more"], dbAnonRole: "anon", dbMaxRows: 7n, dbPool: 10 });
  expect(config.roleIsolationLevels.get("strict")).toBe("repeatable read");
});
