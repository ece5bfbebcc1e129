import { beforeAll, describe, expect, it } from "vitest";
import { bodyOf, columnOf, elementsOf } from "../../../../src/diagnosis/predicates/bodies.ts";
import { choiceIn } from "../../../../src/diagnosis/predicates/choices.ts";
import { loadParser } from "../../../../src/diagnosis/predicates.ts";

beforeAll(() => loadParser());

const said = (language: string, source: string): string => {
  const body = bodyOf(language, source);
  return body.kind === "expression"
    ? body.text
    : body.kind === "query"
      ? `query: ${body.select}`
      : `no: ${body.reason}`;
};

describe("bodies in SQL", () => {
  it.each([
    ["select exists (select 1 from m\n where t = $1) -- there?\n", "exists (select 1 from m where t = $1)"],
    ["select a = b as same;", "a = b"],
    ["select a = b same", "a = b"],
    ["select role from m where who = x limit 1;", "query: select role from m where who = x limit 1"],
    ["BEGIN ATOMIC\n SELECT m.role FROM m;\nEND", "query: SELECT m.role FROM m"],
    ["RETURN (a = b)", "(a = b)"],
    [
      "with recursive up as (select 1 union select 2) select exists (select 1 from up where a) and not (select b)",
      "exists (with recursive up as (select 1 union select 2) select 1 from up where a) and not (with recursive up as (select 1 union select 2) select b)",
    ],
    ["with w as (select 1) select a from w", "query: with w as (select 1) select a from w"],
    ["values (1), (2)", "query: values (1), (2)"],
    ["select 1; select 2", "no: it consists of 2 statements"],
    ["insert into log values (1) returning true", "no: it is no SELECT"],
    ["select from from", "no: it cannot be read"],
    ["", "no: it is empty"],
  ])("%j", (source, result) => {
    expect(said("sql", source)).toBe(result);
  });
});

describe("bodies in PL/pgSQL", () => {
  it.each([
    ["begin return exists (select 1 from m where t = x); end", "exists (select 1 from m where t = x)"],
    ["begin return query select t from m; return; end;", "query: select t from m"],
    [
      "declare r text; begin select role into r from m where t = x; return r = 'a'; end",
      "(SELECT role from m where t = x LIMIT 1) = 'a'",
    ],
    [
      "declare m s%rowtype; begin select * into strict m from s where who = x; return m.active and m.level > 1; end",
      "(SELECT active from s where who = x LIMIT 1) and (SELECT level from s where who = x LIMIT 1) > 1",
    ],
    ["declare a int := 1; b int; begin b := a + 1; return b = t.b; end", "(1 + 1) = t.b"],
    [
      "begin if exists (select 1 from m) then return true; end if; return false; end",
      "CASE WHEN exists (select 1 from m) THEN true ELSE false END",
    ],
    ["begin if a then return b; else return c; end if; end", "CASE WHEN a THEN b ELSE c END"],
    [
      "begin if a = 1 then return b; elsif a = 2 then return true; else return null; end if; end",
      "CASE WHEN a = 1 THEN b ELSE CASE WHEN a = 2 THEN true ELSE null END END",
    ],
    [
      "declare r text; begin select role into r from m; if r is null then return false; end if; return r <> 'x'; end",
      "CASE WHEN (SELECT role from m LIMIT 1) is null THEN false ELSE (SELECT role from m LIMIT 1) <> 'x' END",
    ],
    ["begin perform 1 from m where t = x; return found; end", "EXISTS (SELECT 1 from m where t = x)"],
    [
      "begin for r in select 1 loop return true; end loop; end",
      "no: its PL/pgSQL does more than fetch and return (FOR)",
    ],
    ["begin raise notice 'x'; return true; end", "no: its PL/pgSQL does more than fetch and return (RAISE)"],
    ["begin update m set a = 1; return true; end", "no: its PL/pgSQL does more than fetch and return (UPDATE)"],
    ["begin null; end", "no: its PL/pgSQL does more than fetch and return (NULL)"],
    ["<<outer>> begin return true; end", "no: its PL/pgSQL cannot be read"],
  ])("%j", (source, result) => {
    expect(said("plpgsql", source)).toBe(result);
  });
});

describe("CASE of truth values", () => {
  const choice = (condition: string, yes: string, no: string, turned = false) => ({ condition, yes, no, turned });
  it.each([
    [
      "case k when 'open' then true when 'own' then a = b end",
      choice("k = 'open'", "true", "CASE k when 'own' then a = b END"),
    ],
    ["case when a then b else c end", choice("a", "b", "c")],
    ["case when a then b end", choice("a", "b", "false")],
    ["case when not a then false else b end", choice("a", "b", "false", true)],
    ["case when a = 1 or b then null else c end", choice("NOT (a = 1 or b)", "c", "null", true)],
    ["case when a is null then false else b end", choice("a IS NOT NULL", "b", "false", true)],
    ["case when a is null then b else true end", choice("a is null", "b", "true")],
    ["case when a then b end = c", undefined],
    ["a", undefined],
  ])("%s", (text, found) => {
    expect(choiceIn(text)).toEqual(found);
  });
});

it("others are left closed", () => {
  expect(said("plv8", "return true")).toBe("no: it is written in plv8");
});

describe("what an array is made of", () => {
  it.each([
    ["select array_agg(t) from m where who = x", "SELECT t from m where who = x"],
    ["select coalesce(array_agg(distinct m.t order by m.t), '{}') from m", "SELECT m.t from m"],
    ["select array(select t from m)", "select t from m"],
    ["select coalesce(array(select t from m), '{}'::int[])", "select t from m"],
    ["select array_agg(t) filter (where ok) from m", undefined],
    ["select ids from m", undefined],
  ])("%j", (source, result) => {
    const body = bodyOf("sql", source);
    expect(body.kind === "closed" ? body : elementsOf(body)).toBe(result);
  });
});

it("one column of several, by its place, or by its name where all are selected", () => {
  expect(columnOf("select m.role, m.team from m where a", "team_id", 1)).toBe("SELECT m.team from m where a");
  expect(columnOf("select * from m", "team", 3)).toBe("SELECT team from m");
  expect(columnOf("with w as (select 1) select a, b from w union all select c, d from m", "x", 1)).toBe(
    "with w as (select 1) SELECT b from w union all SELECT d from m",
  );
  expect(columnOf("values (1, 2)", "team", 1)).toBeUndefined();
});
