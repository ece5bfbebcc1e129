import { afterAll, beforeAll, expect, test } from "vitest";
import { withClient } from "../../../src/postgres/admin.ts";
import { dialects } from "../../../src/postgrest/dialect.ts";
import { loadSchemaCache } from "../../../src/postgrest/schema-cache/load.ts";
import { identifierKey, type SchemaCache } from "../../../src/postgrest/schema-cache/types.ts";
import { createTestDatabase, type TestDatabase } from "../../support/postgres.ts";

const schema = `
create schema api; create schema inner_api; create schema hidden;
create table api.odd (
  "a b" int, "c{d}" int, "e,f" int, "g\\h" int, "(i)" int, "<j" int,
  primary key ("e,f", "a b"), unique ("c{d}", "g\\h")
);
create table api.films (id int primary key, x int, y int, foreign key (x, y) references api.odd ("e,f", "a b"));
create view api.odd_view as
  select "a b", "c{d}" as "x} :resno 5 {y", "e,f", "g\\h", "(i)" as " :targetList (", "<j" as "{TARGETENTRY" from api.odd;
create view inner_api.behind as select id as inner_id, x, y from api.films;
create view api.nested as select inner_id as outer_id, x, y from inner_api.behind;
create view api.with_cte as
  with q as (select * from api.films)
  select q.id, (select max(f.id) from api.films f) as highest, q.x, q.y from q
  where exists (select from api.odd where "a b" = q.y);
create view api.unioned as select id from api.films union select id from api.films;
create view api.expressions as select id + 0 as id, coalesce(x, 1) as x, y from api.films;
create materialized view api.stored as select * from api.films;
create view api.ruled as select id, x, y from api.films;
create rule writes as on insert to api.ruled do instead insert into api.films values (new.id, new.x, new.y) returning *;
create view api.circle as select 1 as id;
create view api.circling as select id from api.circle;
create or replace view api.circle as select id from api.circling;
create view api.catalog as select oid, relname from pg_class;
create table api.parted (id int primary key) partition by range (id);
create table api.parted_1 partition of api.parted for values from (0) to (9);
create table api.uses_parted (parted int references api.parted);
create function api.fans(api.films) returns setof api.films rows 1 language sql as 'select $1';
create function hidden.fans(api.films) returns setof api.films language sql as 'select $1';
`;

let database: TestDatabase;
let cache: SchemaCache;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.query(schema);
  cache = await load([]);
});
afterAll(() => database.drop());

const load = (dbExtraSearchPath: string[]): Promise<SchemaCache> =>
  withClient(database.url, (client) =>
    loadSchemaCache(
      (text, values) => client.query(text, values),
      { dbSchemas: ["api"], dbExtraSearchPath, dbHoistedTxSettings: [] },
      dialects["12.2"],
    ),
  );
const primaryKey = (cache: SchemaCache, view: string) => cache.tables.get(identifierKey("api", view))?.primaryKey;
const toOdd = (cache: SchemaCache, view: string) =>
  (cache.relationships.get(`api\0${view}\0api`) ?? []).flatMap((rel) =>
    rel.kind === "relationship" && rel.foreignTable.name === "odd" && rel.cardinality.kind === "M2O"
      ? [rel.cardinality.columns.map((pair) => pair.join("=")).join()]
      : [],
  );

test("keys are seen through views, whatever their columns are called", () => {
  expect(primaryKey(cache, "odd_view")).toEqual(["e,f", "a b"]);
  expect(cache.relationships.get("api\0odd_view\0api")?.map((rel) => rel.foreignTable.name)).toContain("films");
});

test("through subqueries, rules and materialised views what is shown unchanged", () => {
  for (const view of ["stored", "ruled", "with_cte"]) {
    expect(primaryKey(cache, view)).toEqual(["id"]);
    expect(toOdd(cache, view)).toEqual(["x=e,f,y=a b"]);
  }
  for (const view of ["unioned", "expressions", "circle", "circling"]) {
    expect(primaryKey(cache, view)).toEqual([]);
    expect(toOdd(cache, view)).toEqual([]);
  }
});

test("nested views are followed into the extra search path only", async () => {
  expect(primaryKey(cache, "nested")).toEqual([]);
  const extended = await load(["inner_api"]);
  expect(primaryKey(extended, "nested")).toEqual(["outer_id"]);
  expect(toOdd(extended, "nested")).toEqual(["x=e,f,y=a b"]);
});

test("a view of the catalog has the catalog's key", () => {
  expect(primaryKey(cache, "catalog")).toEqual(["oid"]);
});

test("a reference to a partitioned table counts once", () => {
  const found = cache.relationships.get("api\0uses_parted\0api");
  expect(found?.map((rel) => rel.foreignTable.name)).toEqual(["parted"]);
});

test("computed relationships are functions from row to rows", () => {
  const computed = [...cache.relationships].flatMap(([key, rels]) =>
    rels.flatMap((rel) => (rel.kind === "computed" ? [[key, rel.function.schema, rel.toOne, rel.isSelf]] : [])),
  );
  expect(computed).toContainEqual(["api\0films\0api", "api", true, true]);
  expect(computed).toContainEqual(["api\0films\0hidden", "hidden", false, true]);
});
