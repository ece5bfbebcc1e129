import { describe, expect, it } from "vitest";
import { readJson } from "../../../src/postgrest/json-reader.ts";

const read = (text: string) => readJson(Buffer.from(text));
const undecodable = "Failed reading: Cannot decode input: Data.Text.Internal.Encoding.decodeUtf8: Invalid UTF-8 stream";

describe("JSON", () => {
  it.each([
    ['{"a":1,"b":{"a":2}}', '{"a":1,"b":{"a":2}}'],
    ['{"a":1,"\\u0061":2,"a":3}', '{"a":1}'],
    [' [ {"role":"x","role":"y"} , -1.50e+2 ] ', '[{"role":"x"},-1.50e+2]'],
    ['{"a":":","b":[]}', '{"a":":","b":[]}'],
    ['"\\ud83d\\ude00é"', '"\\ud83d\\ude00é"'],
    ['{"a":"é\u0001"}', '{"a":"é\\u0001"}'],
  ])("%s is %s", (text, kept) => {
    expect(read(text)).toBe(kept);
  });

  // What v12.2.12 and v12.0.2 answered to tokens with such claims.
  it.each([
    ["", "not enough input"],
    ["x", "Failed reading: not a valid json value at 'x'"],
    ["nul", "not enough input at 'nul'"],
    ["\ufeff{}", "Failed reading: not a valid json value at '\xef\xbb\xbf{}'"],
    ["[,]", "Failed reading: not a valid json value. Expecting json list value at ',]'"],
    ["[1", "not enough input. Expecting ',' or ']'"],
    ["{a:1}", "Failed reading: satisfy. Expecting object key at 'a:1}'"],
    ['{"a"}', "Failed reading: satisfyWith. Expecting ':' at '}'"],
    ['{"a":tru}', "string. Expecting object value at 'tru}'"],
    ['{"a":[1 2]}', "Failed reading: satisfy. Expecting object value at '2]}'"],
    ['{"a":1 "b": 2\n}', "Failed reading: satisfy. Expecting ',' or '}' at 'b:2'"],
    ['{"a":01}', "Failed reading: leading zero. Expecting object value at '}'"],
    ['{"a":1.}', "Failed reading: takeWhile1. Expecting object value at '}'"],
    ['{"a":1e}', "Failed reading: satisfy. Expecting ',' or '}' at 'e}'"],
    ['{"a":"\u0001"}', "Failed reading: unescaped control character. Expecting object value at '\u0001}'"],
    ['"x', "Failed reading: string without end"],
    ['"é', "not enough input"],
    ['"\\ud800"', undecodable],
    ['{"\\x":1}', `${undecodable}. Expecting object key at ':1}'`],
    ['{"a":1} x', "endOfInput at 'x'"],
  ])("%s is refused", (text, message) => {
    expect(() => read(text)).toThrow(new SyntaxError(message));
  });

  it("is UTF-8", () => {
    expect(() => readJson(Buffer.from('{"a":"\xff"}', "latin1"))).toThrow(
      `${undecodable}. Expecting object value at '}'`,
    );
  });

  it("may be as deep as a header field allows", () => {
    expect(() => read("[".repeat(100_000))).toThrow("not enough input. Expecting json list value");
  });
});
