import { afterAll, beforeAll, expect, test } from "vitest";
import { withClient } from "../../../src/postgres/admin.ts";
import type { RunningCluster } from "../../../src/postgres/server.ts";
import { dialects } from "../../../src/postgrest/dialect.ts";
import {
  accessibleTables,
  accessibleTablesQuery,
  schemaDescriptionQuery,
} from "../../../src/postgrest/schema-cache/accessible.ts";
import { ask, type CatalogQuery } from "../../../src/postgrest/schema-cache/catalog-query.ts";
import { accessibleRoutinesQuery, routineMap } from "../../../src/postgrest/schema-cache/routines.ts";
import { identifierKey } from "../../../src/postgrest/schema-cache/types.ts";
import { createTestCluster, createTestDatabase, type TestDatabase } from "../../support/postgres.ts";

let cluster: RunningCluster;
let database: TestDatabase;
beforeAll(async () => {
  cluster = await createTestCluster();
  database = await createTestDatabase({ on: cluster });
  await database.query(`
    create role visitor login; create role keeper login;
    create schema api; grant usage on schema api to visitor;
    comment on schema api is 'What there is';
    create table api.readable (id int); grant select on api.readable to visitor;
    create table api.one_column (id int, secret text); grant select (id) on api.one_column to visitor;
    create table api.insertable (id int); grant insert on api.insertable to visitor;
    create table api.owned (id int); alter table api.owned owner to keeper;
    create table api.closed (id int);
    create view api.seen as select 1 as a; grant select on api.seen to visitor;
    create table api.parted (id int) partition by range (id); grant select on api.parted to visitor;
    create table api.parted_1 partition of api.parted for values from (0) to (9); grant select on api.parted_1 to visitor;
    create function api.open(a int) returns int language sql as 'select 1';
    create function api.shut() returns int language sql as 'select 1'; revoke execute on function api.shut from public;
  `);
});
afterAll(async () => {
  await cluster?.stop();
});

const as = <Row>(role: string, question: CatalogQuery<Row>): Promise<Row[]> =>
  withClient(database.urlFor(role), (client) => ask((text, values) => client.query(text, values), question));
const tables = async (role: string) => accessibleTables(await as(role, accessibleTablesQuery("api")));
const key = (name: string) => identifierKey("api", name);

test("tables count with any privilege on them or one of their columns, and with ownership", async () => {
  expect([...(await tables("visitor"))]).toEqual(["insertable", "one_column", "parted", "readable", "seen"].map(key));
  expect([...(await tables("keeper"))]).toEqual([key("owned")]);
  expect((await tables("postgres")).has(key("closed"))).toBe(true);
});

test("functions count when they may be executed", async () => {
  const question = accessibleRoutinesQuery("api", ["statement_timeout"], dialects["12.2"]);
  const routines = routineMap(await as("visitor", question));
  expect([...routines.keys()]).toEqual([key("open")]);
  expect(routines.get(key("open"))?.[0]?.parameters[0]?.name).toBe("a");
  expect(routineMap(await as("postgres", question)).has(key("shut"))).toBe(true);
});

test("a schema has its comment, and none when it does not exist", async () => {
  expect(await as("visitor", schemaDescriptionQuery("api"))).toEqual([{ description: "What there is" }]);
  expect(await as("visitor", schemaDescriptionQuery("public"))).toEqual([{ description: "standard public schema" }]);
  expect(await as("visitor", schemaDescriptionQuery("nonexistent"))).toEqual([]);
});
