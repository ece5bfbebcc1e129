import { describe, expect, it } from "vitest";
import { ask, refusal } from "./support.ts";

const refused = (query: string) => refusal(() => ask(`GET /films?${query}`)).body;

describe("what is wrong with a query string, in the parser's words", () => {
  // [query, kind and text named in the message, column, details]
  it.each([
    // filters
    ["id=5", "filter (5)", 1, 'unexpected "5" expecting "not" or operator (eq, gt, ...)'],
    ["id=", "filter ()", 1, 'unexpected end of input expecting "not" or operator (eq, gt, ...)'],
    ["id=eq", "filter (eq)", 3, "unexpected end of input expecting operator (eq, gt, ...)"],
    ["id=noteq.1", "filter (noteq.1)", 4, 'unexpected "e" expecting delimiter (.)'],
    ["id=not.foo.1", "filter (not.foo.1)", 5, 'unexpected "f" expecting operator (eq, gt, ...)'],
    ["id=eq(some).1", "filter (eq(some).1)", 4, 'unexpected "s" expecting operator (eq, gt, ...)'],
    ["id=is.maybe", "filter (is.maybe)", 4, 'unexpected "m" expecting null or trilean value (unknown, true, false)'],
    ["id=in.1,2", "filter (in.1,2)", 4, 'unexpected "1" expecting "("'],
    ["id=in.(1,2", "filter (in.(1,2)", 8, 'unexpected end of input expecting "," or ")"'],
    ["text=fts().cat", "filter (fts().cat)", 5, 'unexpected ")" expecting operator (eq, gt, ...)'],
    // names
    ["=eq.1", "tree path ()", 1, "unexpected end of input expecting field name (* or [a..z0..9_$])"],
    ["%22id=eq.1", 'tree path ("id)', 4, 'unexpected end of input expecting "\\\\" or "\\""'],
    [
      "data-%3E=eq.1",
      "tree path (data->)",
      7,
      'unexpected end of input expecting "-", digit or any non reserved character different from: .,>()',
    ],
    // logic
    [
      "or=()",
      "logic tree (())",
      4,
      'unexpected ")" expecting field name (* or [a..z0..9_$]), negation operator (not) or logic operator (and, or)',
    ],
    ["or=)(", "logic tree ()()", 3, 'unexpected ")" expecting "("'],
    ["or=(id.in.1,2)", "logic tree ((id.in.1,2))", 10, 'unexpected "1" expecting "("'],
    ["and=(ord(id.eq.1),id.eq.2)", "logic tree ((ord(id.eq.1),id.eq.2))", 7, 'unexpected "d" expecting "("'],
    [
      "or=(id.eq.1,not.xor(id.eq.2))",
      "logic tree ((id.eq.1,not.xor(id.eq.2)))",
      16,
      'unexpected "x" expecting logic operator (and, or)',
    ],
    // select
    [
      "select=id:",
      "select parameter (id:)",
      4,
      'unexpected end of input expecting ":" or field name (* or [a..z0..9_$])',
    ],
    ["select=name::", "select parameter (name::)", 7, "unexpected end of input expecting letter or digit"],
    [
      "select=name!hint",
      "select parameter (name!hint)",
      5,
      'unexpected \'!\' expecting letter, digit, "-", "->>", "->", "::", ".", ")", "," or end of input',
    ],
    ["select=data-%3E%3E--34", "select parameter (data->>--34)", 9, 'unexpected "-" expecting digit'],
    [
      "select=data-%3E%3E-78xy",
      "select parameter (data->>-78xy)",
      11,
      'unexpected \'x\' expecting digit, "->", "::", ".", "," or end of input',
    ],
    [
      "select=id,clients(name[])",
      "select parameter (id,clients(name[]))",
      16,
      'unexpected \'[\' expecting letter, digit, "-", "->>", "->", "::", ".", ")", "," or end of input',
    ],
    [
      "select=id.median()",
      "select parameter (id.median())",
      4,
      'unexpected "m" expecting "sum", "avg", "count", "max" or "min"',
    ],
    [
      "select=id,..other(id)",
      "select parameter (id,..other(id))",
      4,
      'unexpected "." expecting "...", field name (* or [a..z0..9_$]), "*" or "count()"',
    ],
    // order
    ["order=id.ac", "order (id.ac)", 4, 'unexpected "c" expecting "asc", "desc", "nullsfirst" or "nullslast"'],
    ["order=id.descc", "order (id.descc)", 8, "unexpected 'c' expecting delimiter (.), \",\" or end of input"],
    ["order=id.asc.nlsfst", "order (id.asc.nlsfst)", 8, 'unexpected "l" expecting "nullsfirst" or "nullslast"'],
    ["order=id.asc.nullslasttt", "order (id.asc.nullslasttt)", 17, "unexpected 't' expecting \",\" or end of input"],
    [
      "order=clients(name,id)",
      "order (clients(name,id))",
      8,
      'unexpected \'(\' expecting letter, digit, "-", "->>", "->", delimiter (.), "," or end of input',
    ],
    // lists of columns
    ["columns=", "columns parameter ()", 1, "unexpected end of input expecting field name (* or [a..z0..9_$])"],
    [
      "on_conflict=a,",
      "on_conflict parameter (a,)",
      3,
      "unexpected end of input expecting field name (* or [a..z0..9_$])",
    ],
  ])("%s", (query, subject, column, details) => {
    expect(refused(query)).toEqual({
      code: "PGRST100",
      message: `"failed to parse ${subject}" (line 1, column ${column})`,
      details,
      hint: null,
    });
  });

  it("counts lines, tabs and code points", () => {
    expect(refused("select=%22%0A%22%3F")?.message).toContain("(line 2, column 2)");
    expect(refused("select=a,%09%3F")?.message).toContain("(line 1, column 9)");
    expect(refused("select=%22%F0%9F%98%80%22%3F")?.message).toContain("(line 1, column 4)");
  });

  it("shows characters as Haskell does", () => {
    expect(refused("id=%C3%A9")?.details).toMatch(/^unexpected "\\233" expecting/);
    expect(refused("id=%0A")?.details).toMatch(/^unexpected "\\n" expecting/);
    expect(refused("select=id%27")?.details).toMatch(/^unexpected '\\'' expecting/);
  });

  it.each([
    ["order before the rest", "id=x&select=a?&columns=&order=a.b", "order"],
    ["logic before columns", "id=x&select=a?&columns=&or=()", "logic tree"],
    ["columns before select", "id=x&select=a?&columns=", "columns parameter"],
    ["select before filters", "id=x&select=a?", "select parameter"],
    ["filters before on_conflict", "on_conflict=&id=x", "filter"],
    ["a filter's name before its value", "a.=x", "tree path"],
  ])("reports %s", (_, query, kind) => {
    expect(refused(query)?.message).toMatch(new RegExp(`^"failed to parse ${kind} \\(`));
  });

  it("ignores what follows an unmatched parenthesis in select", () => {
    expect(ask("GET /films?select=id),x!").queryParams.select).toHaveLength(1);
  });
});
