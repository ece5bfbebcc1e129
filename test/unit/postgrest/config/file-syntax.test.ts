import { describe, expect, test } from "vitest";
import { parseConfigFile } from "../../../../src/postgrest/config/file-syntax.ts";

const bindings = (text: string) =>
  Object.fromEntries(
    parseConfigFile(text, "x.conf").map((directive) => {
      if (directive.kind !== "bind") throw new Error(directive.kind);
      return [directive.key, directive.value];
    }),
  );

describe("parseConfigFile", () => {
  test("reads keys, values and comments", () => {
    const text = `
      # a comment
      db-schemas = "api, public"   # behind a value
      app.settings.a_b = "x"
      on-off = on
      flag=false
      pool = 10
      share = 1.5e3
      list = ["a", 1, [true], ]`.replace(", ]", "]");
    expect(bindings(text)).toEqual({
      "db-schemas": "api, public",
      "app.settings.a_b": "x",
      "on-off": true,
      flag: false,
      pool: 10,
      share: 1500,
      list: ["a", 1, [true]],
    });
  });

  test("knows the escapes of texts", () => {
    expect(bindings(String.raw`a = "\"\\\n\t\u00e9\ud83d\ude00 # no comment"`)).toEqual({
      a: '"\\\n\té😀 # no comment',
    });
    expect(bindings('a = "two\nlines"')).toEqual({ a: "two\nlines" });
  });

  test("takes line ends of every system, and none at the end", () => {
    expect(bindings('a = 1\r\nb = 2 # x\r\n\r\nc = "3"')).toEqual({ a: 1, b: 2, c: "3" });
    expect(bindings("")).toEqual({});
    expect(bindings("# nothing")).toEqual({});
  });

  test("leaves out what follows #;", () => {
    expect(bindings("#; a = 1\nb = 2")).toEqual({ b: 2 });
  });

  test("knows groups and imports", () => {
    expect(parseConfigFile('import "other.conf"\nimportant = 1\ngroup { a = 1\n b = 2 }', "x.conf")).toEqual([
      { kind: "import", path: "other.conf" },
      { kind: "bind", key: "important", value: 1 },
      {
        kind: "group",
        key: "group",
        directives: [
          { kind: "bind", key: "a", value: 1 },
          { kind: "bind", key: "b", value: 2 },
        ],
      },
    ]);
  });

  test.each([
    ["yaml:\n  x", "x.conf:1:5: expected '=' and a value after yaml, found ':'"],
    ["a = 1\nb = nope", "x.conf:2:5: expected a value"],
    ["a = 1 b = 2", "x.conf:1:7: expected the end of the line"],
    ['a = "x', "x.conf:1:7: expected the closing '\"' of a text, found the end of the file"],
    ['a = "\\x"', "x.conf:1:7: expected an escape"],
    ['a = "\\ud83d"', "x.conf:1:7: expected an escape"],
    ["g {\n a = 1\n", "x.conf:3:1: expected '}'"],
    ["#; 1", "x.conf:1:4: expected a setting"],
  ])("%j says where it is wrong", (text, message) => {
    expect(() => parseConfigFile(text, "x.conf")).toThrow(`Error in config ${message}`);
  });

  test("shows the line", () => {
    expect(() => parseConfigFile("a = 1\nb : 2", "x.conf")).toThrow("\n  b : 2\n    ^");
  });
});
