import { describe, expect, it } from "vitest";
import { findEscalation, findTransactionEnd } from "../../../src/database/sql/scan.ts";

describe("escalation scan", () => {
  it.each([
    "set role postgres",
    "SET LOCAL ROLE x",
    "set\n  role x",
    "set session authorization postgres",
    "SET LOCAL SESSION AUTHORIZATION x",
    "reset role",
    "-- we never set role here",
    "update members set role = 'admin'",
    "insert into m values (1) on conflict (id) do update set role = excluded.role",
    "select 'reset role'",
    // Beyond the platform's own list, which would let these run as its superuser.
    "set session role postgres",
    "select set_config('role', 'postgres', true)",
  ])("hits %s", (sql) => expect(findEscalation(sql)).toBeDefined());

  it.each([
    "create role x",
    "update members set roles = 1",
    "update members set name = 'x', role = 'y'",
    "offset role",
    "update members set \"role\" = 'admin'",
    "reset all",
    "alter role x set search_path = y",
  ])("misses %s", (sql) => expect(findEscalation(sql)).toBeUndefined());
});

it("says what it found and where", () => {
  expect(findEscalation("select 1;\nSET \n ROLE x")).toEqual({ text: "SET ROLE", offset: 10 });
});

describe("transaction control", () => {
  it.each([
    ["begin; select 1; commit;", "COMMIT"],
    ["select 1; END", "END"],
    ["rollback", "ROLLBACK"],
    ["abort work", "ABORT"],
    ["prepare transaction 'x'", "PREPARE TRANSACTION"],
    ["/* x */ commit and chain", "COMMIT"],
  ])("finds %s", (sql, command) => expect(findTransactionEnd(sql)?.command).toBe(command));

  it.each([
    "begin; select 1;",
    "savepoint a; rollback to a; rollback work to savepoint a; release a",
    "do $$ begin commit; end $$",
    "create function f() returns int language sql begin atomic select 1; end",
    "-- commit;\nselect 'commit;'",
    "prepare p as select 1",
    "comment on table t is 'x'",
  ])("finds none in %s", (sql) => expect(findTransactionEnd(sql)).toBeUndefined());
});
