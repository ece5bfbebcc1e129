import { describe, expect, it } from "vitest";
import { tokenize } from "../../../src/database/sql/lexer.ts";
import { splitStatements } from "../../../src/database/sql/statements.ts";

const tokens = (sql: string) => tokenize(sql).map((token) => `${token.kind} ${sql.slice(token.start, token.end)}`);
const statements = (sql: string) => splitStatements(sql).map((statement) => statement.text);

describe("lexer", () => {
  it.each<[string, string[]]>([
    ["select 1;", ["word select", "number 1", "semicolon ;"]],
    ["-- a;\nb", ["comment -- a;", "word b"]],
    ["/* a /* b; */ c */ d", ["comment /* a /* b; */ c */", "word d"]],
    ["/* open", ["comment /* open"]],
    ["'it''s; ok' x", ["string 'it''s; ok'", "word x"]],
    ["'c:\\' x", ["string 'c:\\'", "word x"]],
    ["E'a\\'b;' x", ["string E'a\\'b;'", "word x"]],
    ["U&'x' b'01' N'y'", ["string U&'x'", "string b'01'", "string N'y'"]],
    ['"a""b;" U&"c"', ['quoted "a""b;"', 'quoted U&"c"']],
    ["$$a;$x$b$$ c", ["dollar $$a;$x$b$$", "word c"]],
    ["$body$ $$ ; $$ $body$", ["dollar $body$ $$ ; $$ $body$"]],
    ["$1+a$b$c", ["parameter $1", "symbol +", "word a$b$c"]],
    ["'open;", ["string 'open;"]],
    ["$$open;", ["dollar $$open;"]],
    ["a--b\nc", ["word a", "comment --b", "word c"]],
    ["1.5e-3 .5 0xff", ["number 1.5e-3", "number .5", "number 0xff"]],
    ["größe", ["word größe"]],
  ])("%j", (sql, expected) => expect(tokens(sql)).toEqual(expected));
});

describe("statements", () => {
  it.each<[string, string[]]>([
    ["select 1; ; select 2 -- end\n;", ["select 1", "select 2"]],
    ["-- only a comment", []],
    [
      "create rule r as on insert to t do also (select 1; select 2); select 3",
      ["create rule r as on insert to t do also (select 1; select 2)", "select 3"],
    ],
    [
      "create function f() returns int language sql begin atomic select 1; select case when true then 1 end; end; select 2",
      [
        "create function f() returns int language sql begin atomic select 1; select case when true then 1 end; end",
        "select 2",
      ],
    ],
    [
      "create or replace procedure p() begin atomic select 1; end; commit",
      ["create or replace procedure p() begin atomic select 1; end", "commit"],
    ],
    ["begin; select 1; end", ["begin", "select 1", "end"]],
    ["select ')'; select (1;2); x", ["select ')'", "select (1;2)", "x"]],
  ])("%j", (sql, expected) => expect(statements(sql)).toEqual(expected));
});
