import { describe, expect, test } from "vitest";
import { dumpJsPath, parseJsPath } from "../../../../src/postgrest/config/js-path.ts";

const key = (name: string) => ({ kind: "key", key: name });
const index = (number: number) => ({ kind: "index", index: number });

describe("parseJsPath", () => {
  test.each([
    [".role", [key("role")]],
    [".user[0].real_role", [key("user"), index(0), key("real_role")]],
    ['."https://www.example.com/roles"[12].value', [key("https://www.example.com/roles"), index(12), key("value")]],
    [".a$b@c.ünï", [key("a$b@c"), key("ünï")]],
    ['.""', [key("")]],
    [".", []],
  ])("%s", (text, steps) => {
    expect(parseJsPath(text)).toEqual(steps);
  });

  test.each([
    ["role.other", 1, 'unexpected "r"\nexpecting period (.)'],
    ["", 1, "unexpected end of input\nexpecting period (.)"],
    [".role##", 6, "unexpected '#'\nexpecting letter or digit, array index [0..n], period (.) or end of input"],
    [".#", 2, "unexpected '#'\nexpecting attribute name [a..z0..9_$@]) or end of input"],
    [".a.", 4, "unexpected end of input\nexpecting attribute name [a..z0..9_$@])"],
    ['."a"b', 5, "unexpected 'b'\nexpecting array index [0..n], period (.) or end of input"],
    ['."a', 4, 'unexpected end of input\nexpecting "\\""'],
    [".a[x]", 4, 'unexpected "x"\nexpecting digit'],
    [".a[1", 5, 'unexpected end of input\nexpecting digit or "]"'],
    [".a[1][2]", 6, "unexpected '['\nexpecting period (.) or end of input"],
  ])("%s is refused", (text, column, reason) => {
    const message = `"failed to parse role-claim-key value (${text})" (line 1, column ${column}):\n${reason}`;
    expect(() => parseJsPath(text)).toThrow(expect.objectContaining({ message }));
  });
});

test("dumpJsPath quotes keys and reads back", () => {
  const path = parseJsPath('.user[0]."real-role"');
  expect(dumpJsPath(path)).toBe('."user"[0]."real-role"');
  expect(parseJsPath(dumpJsPath(path))).toEqual(path);
});
