import { describe, expect, it } from "vitest";
import { adaptSql } from "../../../src/database/sql/adapt.ts";

const names = { schema: "t_0123456789ab_api", userRole: "t_0123456789ab_role" };
const SCHEMA = '"t_0123456789ab_api"';
const ROLE = '"t_0123456789ab_role"';
const adapt = (sql: string) => adaptSql(sql, names).text;

describe("adaptation", () => {
  it.each([
    ["grant usage on schema public to anon", `grant usage on schema ${SCHEMA} to anon`],
    ["REVOKE ALL ON SCHEMA PUBLIC FROM anon", `REVOKE ALL ON SCHEMA ${SCHEMA} FROM anon`],
    [
      "grant usage on /* x */ schema -- y\n public to AUTHENTICATED",
      `grant usage on /* x */ schema -- y\n ${SCHEMA} to ${ROLE}`,
    ],
    [
      "alter default privileges in schema public grant select on tables to authenticated",
      `alter default privileges in schema ${SCHEMA} grant select on tables to ${ROLE}`,
    ],
    ["grant select on notes to anon, authenticated", `grant select on notes to anon, ${ROLE}`],
    ["revoke all on notes from authenticated", `revoke all on notes from ${ROLE}`],
    ["create policy p on notes to authenticated using (true)", `create policy p on notes to ${ROLE} using (true)`],
    ["select 1; grant select on t to authenticated; select 2", `select 1; grant select on t to ${ROLE}; select 2`],
  ])("rewrites %s", (sql, expected) => expect(adapt(sql)).toBe(expected));

  it.each([
    "alter policy p on notes to authenticated",
    "drop policy p on notes; select authenticated",
    'grant select on notes to "authenticated"',
    "grant select on all tables in schema public to anon",
    "grant select on public.notes to anon",
    "create table public.notes (id int)",
    "set search_path to public",
    "do $$ begin execute 'grant select on t to authenticated'; end $$",
    "create function f() returns void language sql as $f$ grant select on t to authenticated $f$",
    "-- grant select on t to authenticated\nselect authenticated",
    "/* grant */ select authenticated from schema public",
    "grant select on t to service_role",
    "grant select on t to anon /* authenticated */",
    "comment on table t is 'grant usage on schema public to authenticated'",
    "select 'grant'; select authenticated",
  ])("leaves alone %s", (sql) => expect(adapt(sql)).toBe(sql));

  it("changes nothing the second time", () => {
    const once = adapt("grant usage on schema public to authenticated");
    expect(adapt(once)).toBe(once);
  });

  it("leads back to the place in the file", () => {
    const sql = "grant usage on schema public to authenticated; select nope";
    const adapted = adaptSql(sql, names);
    expect(adapted.sourceOffset(adapted.text.indexOf("nope"))).toBe(sql.indexOf("nope"));
  });
});
