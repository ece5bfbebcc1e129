import { describe, expect, test } from "vitest";
import { toBoolean, toInteger, toList, toText } from "../../../../src/postgrest/config/values.ts";

describe("values of the configuration", () => {
  test.each([
    ["as it is", "as it is"],
    [false, "Bool False"],
    [5, "Number 5.0"],
    [0.25, "Number 0.25"],
    [12_345_678, "Number 1.2345678e7"],
    [0.01, "Number 1.0e-2"],
    [["a", true], 'List [String "a",Bool True]'],
  ])("%j as text", (value, text) => expect(toText(value)).toBe(text));

  test.each([
    [5, 5n],
    ["5", 5n],
    [" (-5) ", -5n],
    ["0x1F", 31n],
    [5.5, undefined],
    ["5.0", undefined],
    ["", undefined],
    [true, undefined],
  ])("%j as integer", (value, integer) => expect(toInteger(value)).toBe(integer));

  test.each([
    [true, true],
    ["TRUE", true],
    ['"false"', false],
    ["t-r-u-e", true],
    ["2", true],
    ["0", false],
    ["-1", false],
    ["yes", undefined],
    ["", undefined],
    [1, undefined],
  ])("%j as flag", (value, flag) => expect(toBoolean(value)).toBe(flag));

  test.each([
    ["multi,   tenant,setup", ["multi", "tenant", "setup"]],
    ["", [""]],
    [5, []],
  ])("%j as list", (value, list) => expect(toList(value)).toEqual(list));
});
