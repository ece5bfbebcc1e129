import { describe, expect, it } from "vitest";
import { sourceIndex } from "../../../src/diagnosis/sources.ts";

const first = `-- Notes.
create table if not exists public.notes (id int);

create unlogged table "Odd Name" (id int);
create or replace view recent as select * from notes;
create materialized view totals as select 1;
create function auth_check(x text) returns boolean
  language sql as $$ select true $$;
create policy own on notes for select using (true);
do $$ begin create table hidden (id int); end $$;
`;
const second =
  "\n\nalter policy own on notes using (false);\ncreate or replace function auth_check(x text) returns boolean language sql as 'select false';\nalter table only notes disable row level security;\nalter table notes set (fillfactor = 70);\nalter view recent set (security_invoker = false);\nalter role anon set statement_timeout = '1s';\nalter role authenticated reset all;";

describe("where an object was made", () => {
  const sourceOf = sourceIndex([
    { shown: "a.sql", sql: first },
    { shown: "b.sql", sql: second },
  ]);

  it.each([
    [{ kind: "table", name: "notes" }, "a.sql", 2],
    [{ kind: "table", name: "Odd Name" }, "a.sql", 4],
    [{ kind: "view", name: "recent" }, "b.sql", 7],
    [{ kind: "row-security", name: "notes" }, "b.sql", 5],
    [{ kind: "view", name: "totals" }, "a.sql", 6],
    [{ kind: "role", name: "anon" }, "b.sql", 8],
  ] as const)("%o", (object, file, line) => {
    expect(sourceOf(object)).toEqual({ file, line });
  });

  it("is where it got the form it has", () => {
    expect(sourceOf({ kind: "policy", name: "own", table: "notes" })).toEqual({ file: "b.sql", line: 3 });
    expect(sourceOf({ kind: "function", name: "auth_check" })).toEqual({ file: "b.sql", line: 4 });
  });

  it("is unknown for what the files do not tell", () => {
    expect(sourceOf({ kind: "table", name: "hidden" })).toBeUndefined();
    expect(sourceOf({ kind: "policy", name: "own", table: "other" })).toBeUndefined();
    expect(sourceOf({ kind: "role", name: "authenticated" })).toBeUndefined();
  });
});
