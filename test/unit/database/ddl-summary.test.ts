import { expect, it } from "vitest";
import { ddlSummary } from "../../../src/database/push/ddl-summary.ts";

const summary = (sql: string) => Object.fromEntries(ddlSummary(sql).map(({ heading, items }) => [heading, items]));

it("sorts statements under the platform's headings, in its order", () => {
  const sql = `
    drop table if exists old; drop index a; drop index concurrently b;
    alter table only t drop column gone, add x int; alter table t enable row level security;
    create policy "my own" on t using (true);
    create unique index if not exists i on t (x); create index on t (x);
    create table if not exists app."T 1" (id int); CREATE OR REPLACE VIEW v AS SELECT 1;
    create materialized view m as select 1; create temp table tmp (id int);
    alter policy p on t using (false); alter default privileges grant select on tables to anon;
    truncate t; drop schema s;`;
  expect(ddlSummary(sql)).toEqual([
    { heading: "Creates", items: ['table app."T 1"', "view v", "view m", "table tmp"] },
    { heading: "Alters", items: ["table t", "policy p", "default privileges"] },
    { heading: "Indexes", items: ["create i", "create index"] },
    { heading: "Policies", items: ['create policy "my own"'] },
    { heading: "RLS", items: ["enable RLS on t"] },
    {
      heading: "Warning",
      items: [
        "contains DROP TABLE old",
        "contains DROP INDEX (2)",
        "contains DROP COLUMN",
        "contains TRUNCATE",
        "contains DROP SCHEMA",
      ],
    },
  ]);
});

it("looks at code only", () => {
  expect(summary("-- create table a (id int);\n/* truncate a; */ comment on table a is 'drop table a';")).toEqual({});
  expect(summary("create function f() returns void language sql as $$ drop table a; $$;")).toEqual({
    Creates: ["function f"],
  });
  expect(summary("insert into a values (1); grant select on a to anon")).toEqual({});
});

it("names a thing once", () => {
  expect(summary("alter table t add a int; alter table t add b int;")).toEqual({ Alters: ["table t"] });
});
