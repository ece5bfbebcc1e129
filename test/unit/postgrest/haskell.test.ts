import { describe, expect, it } from "vitest";
import {
  compareText,
  jsonNumber,
  readInteger,
  showChar,
  showString,
  sortedSet,
} from "../../../src/postgrest/haskell.ts";

describe("showing", () => {
  it.each([
    ["a'b", `"a'b"`],
    ['a"b\\', '"a\\"b\\\\"'],
    ["é", '"\\233"'],
    ["é1é", '"\\233\\&1\\233"'],
    ["😀", '"\\128512"'],
    ["\n\t\0\x7f\x1b", '"\\n\\t\\NUL\\DEL\\ESC"'],
    ["\x0eH\x0eI", '"\\SO\\&H\\SOI"'],
  ])("string %j", (text, shown) => {
    expect(showString(text)).toBe(shown);
  });

  it.each([
    ["a", "'a'"],
    ["'", "'\\''"],
    ['"', "'\"'"],
    ["ß", "'\\223'"],
  ])("character %s", (char, shown) => {
    expect(showChar(char)).toBe(shown);
  });
});

it.each([
  ["7", "7"],
  ["-0", "0"],
  ["1e2", "100"],
  ["1.5e1", "15"],
  ["1.50e1", "15.0"],
  ["1.0", "1.0"],
  ["100.0", "100.0"],
  ["0.0", "0.0"],
  ["0.10", "0.1"],
  ["0.05", "5.0e-2"],
  ["-0.0123", "-1.23e-2"],
  ["1234567.80", "1234567.8"],
  ["12345678.5", "1.23456785e7"],
  ["10e-1", "1.0"],
  ["1e1025", "1.0e1025"],
])("the JSON number %s is written %s", (token, written) => {
  expect(jsonNumber(token)).toBe(written);
});

describe("reading integers", () => {
  it.each([
    ["12", 12n],
    [" 12 ", 12n],
    ["-12", -12n],
    ["- 12", -12n],
    ["((12))", 12n],
    ["(-3)", -3n],
    ["007", 7n],
    ["0x1F", 31n],
    ["0O17", 15n],
    ["99999999999999999999", 99999999999999999999n],
  ])("%s", (text, value) => {
    expect(readInteger(text)).toBe(value);
  });

  it.each(["", "+1", "1.0", "1e3", "x", "1 2", "--1", "-(1)", "()", "1_000", "٣"])("%j is none", (text) => {
    expect(readInteger(text)).toBeUndefined();
  });
});

it("orders texts by code point", () => {
  expect([..."b😀a\uffeeB"].sort(compareText)).toEqual(["B", "a", "b", "\uffee", "😀"]);
  expect([...sortedSet(["b", "a", "b"])]).toEqual(["a", "b"]);
});
