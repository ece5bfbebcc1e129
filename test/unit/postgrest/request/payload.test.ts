import { describe, expect, it } from "vitest";
import { type Asked, ask, refusal } from "./support.ts";

const typed = (type: string, body: string | Buffer, version?: Asked["version"]): Asked => ({
  headers: [["Content-Type", type]],
  body,
  ...(version === undefined ? {} : { version }),
});
const json = (body: string | Buffer) => typed("application/json", body);

function written(line: string, asked: Asked) {
  const { payload, columns } = ask(line, asked);
  const raw = payload !== null && "raw" in payload ? payload.raw.toString() : undefined;
  return { kind: payload?.kind, raw, columns: [...columns] };
}
const refused = (line: string, asked: Asked) => {
  const { status, body } = refusal(() => ask(line, asked));
  return [status, body?.code, body?.message];
};

describe("JSON", () => {
  it.each([
    ['{"b":1,"a":2}', '{"b":1,"a":2}', ["a", "b"]],
    [' [{"b":1,"a":2},{"a":3,"b":4}] ', ' [{"b":1,"a":2},{"a":3,"b":4}] ', ["a", "b"]],
    ["[]", "[]", []],
    ["[{},{}]", "[{},{}]", []],
    ["3", "[]", []],
    ["null", "[]", []],
    ['"text"', "[]", []],
    ['{"\\u00e9":1,"10":2}', '{"\\u00e9":1,"10":2}', ["10", "é"]],
    ['{"a":"\\ud83d\\ude00","b":"\\\\ud800"}', '{"a":"\\ud83d\\ude00","b":"\\\\ud800"}', ["a", "b"]],
    // Postgres will refuse these; a string of plain ASCII with such a character is refused here.
    ['{"a":"é\t"}', '{"a":"é\t"}', ["a"]],
    ['{"a\\n\n":1}', '{"a\\n\n":1}', ["a\n\n"]],
  ])("%s", (body, raw, columns) => {
    expect(written("POST /films", json(body))).toEqual({ kind: "json", raw, columns });
  });

  it.each([['[{"a":1},{"b":1}]'], ['[{"a":1},{"a":1,"b":1}]'], ['[{"a":1},2]'], ["[1]"], ["[null]"], ["[[]]"]])(
    "%s has no common keys",
    (body) => {
      expect(refused("POST /films", json(body))).toEqual([400, "PGRST102", "All object keys must match"]);
    },
  );

  it.each<[string | Buffer]>([
    [""],
    [" "],
    ["{"],
    ["{'a':1}"],
    ['{"a":1,}'],
    ["01"],
    ['"\t"'],
    ["\ufeff{}"],
    ['"\\ud800"'],
    ['"\\udc00\\ud800"'],
    ['"\\ud800x\\udc00"'],
    ['{"a":"b\t"}'],
    [Buffer.from([0x22, 0xff, 0x22])],
  ])("%j is no JSON", (body) => {
    expect(refused("POST /films", json(body))).toEqual([400, "PGRST102", "Empty or invalid json"]);
    expect(refused("PATCH /films", json(body))).toEqual([400, "PGRST102", "Empty or invalid json"]);
  });

  it("is what a body without a type is", () => {
    expect(written("POST /films", { body: '{"a":1}' })).toEqual({ kind: "json", raw: '{"a":1}', columns: ["a"] });
  });

  it("is not looked into when columns are given, except by PUT", () => {
    expect(written("POST /films?columns=b,a", json("nonsense"))).toEqual({
      kind: "raw-json",
      raw: "nonsense",
      columns: ["a", "b"],
    });
    expect(written("PATCH /films?columns=a", json("{}"))).toMatchObject({ kind: "raw-json" });
    expect(written("PUT /films?columns=a", json('{"b":1}'))).toMatchObject({ kind: "json", columns: ["b"] });
    expect(written("POST /rpc/f?columns=a", json(""))).toEqual({ kind: "raw-json", raw: "", columns: ["a"] });
  });

  it("may be missing in a call", () => {
    expect(written("POST /rpc/f", json(""))).toEqual({ kind: "json", raw: "", columns: [] });
  });
});

describe("forms", () => {
  const form = (body: string) => typed("application/x-www-form-urlencoded", body);

  it("are one row of texts for a table, the last of two values", () => {
    expect(written("POST /films", form("b=1&a=x+%C3%A9&b=2&c"))).toEqual({
      kind: "json",
      raw: '{"a":"x é","b":"2","c":""}',
      columns: ["a", "b", "c"],
    });
    expect(written("POST /films", form(""))).toEqual({ kind: "json", raw: "{}", columns: [] });
  });

  it("are arguments for a function, all of them", () => {
    expect(ask("POST /rpc/f", form("?b=1&a=2&b=3")).payload).toMatchObject({
      kind: "urlencoded",
      pairs: [
        ["b", "1"],
        ["a", "2"],
        ["b", "3"],
      ],
    });
  });

  it("must have UTF-8 for names; of values it is noted", () => {
    expect(refusal(() => ask("POST /films", form("%FF=a"))).text).toBe("Something went wrong");
    expect(ask("POST /films", form("a=%FF")).payload).toMatchObject({ unreadable: true });
    expect(ask("POST /rpc/f", form("a=%C3%A9&b=%C3")).payload).toMatchObject({ unreadable: true });
    expect(ask("POST /films", form("a=%C3%A9")).payload).not.toHaveProperty("unreadable");
  });
});

describe("CSV", () => {
  const csv = (body: string | Buffer) => typed("text/csv", body);

  it.each([
    ["a,b\n1,2", '[{"a":"1","b":"2"}]'],
    ["b,a\r\n1,2\r\n3,NULL\r\n", '[{"a":"2","b":"1"},{"a":null,"b":"3"}]'],
    ["a,b\r1,2", '[{"a":"1","b":"2"}]'],
    ['a,b\n"x, ""y""\n",', '[{"a":"x, \\"y\\"\\n","b":""}]'],
    ["a,b\n\n1,2\n\n", '[{"a":"1","b":"2"}]'],
    ["a\n1\n\n2", '[{"a":"1"},{"a":"2"}]'],
    ["a,b\n1,2,3", '[{"a":"1","b":"2"}]'],
    ["a,a\n1,2", '[{"a":"2"}]'],
    ['a,b\n1,"NULL"', '[{"a":"1","b":null}]'],
    ["a,b\n1, null", '[{"a":"1","b":" null"}]'],
    ['a\n"abc', '[{"a":"ab"}]'],
    ["a,b\n1", '[{"a":"1"}]'],
    ["a,b\n", "[]"],
  ])("%j", (body, raw) => {
    expect(written("POST /films", csv(body))).toMatchObject({ kind: "json", raw });
  });

  it.each([
    ["", 'parse error (not enough input) at ""'],
    ["a,b", 'parse error (not enough input) at ""'],
    ["a,b\n1,2\n3", "All lines must have same number of fields"],
    ['a"b,c\n', 'parse error (Failed reading: satisfy) at "\\"b,c\\n"'],
    ['a\n"x"y\n', 'parse error (Failed reading: satisfy) at "y\\n"'],
    ['a\n"x""', 'parse error (Failed reading: insufficient input) at ""'],
    [`a\n"x"${"y".repeat(101)}`, `parse error (Failed reading: satisfy) at ${"y".repeat(100)} (truncated)`],
  ])("%j is refused", (body, message) => {
    expect(refused("POST /films", csv(body))).toEqual([400, "PGRST102", message]);
  });

  it.each([
    ["61ff", "ff"],
    ["efbfbde282", "e2"],
  ])("a column's name must be UTF-8: %s", (hex, byte) => {
    const name = Buffer.from(hex, "hex");
    const reason = `Cannot decode byte '\\x${byte}': Data.Text.Encoding: Invalid UTF-8 stream`;
    expect(refused("POST /films", csv(Buffer.concat([name, Buffer.from("\n1\n")])))).toEqual([
      400,
      "PGRST102",
      `parse error (Failed reading: conversion error: ${reason}) at "\\n"`,
    ]);
    expect(
      refused("POST /films", { ...csv(Buffer.concat([name, Buffer.from("\n1\n")])), version: "12.0" })[2],
    ).toContain(`Cannot decode byte '\\x${byte}': Data.Text.Internal.Encoding.decodeUtf8: Invalid UTF-8 stream`);
    // Without a value nobody looks.
    expect(written("POST /films", csv(Buffer.concat([name, Buffer.from("\n")])))).toMatchObject({ raw: "[]" });
    const second = Buffer.concat([Buffer.from("a,"), name, Buffer.from("\n1\n")]);
    expect(written("POST /films", csv(second))).toMatchObject({ raw: '[{"a":"1"}]' });
  });

  it.each([
    ["a,b\n1,\xff\n", "Something went wrong"],
    ["a,b\n1,2\n\xff\n", "Something went wrong"],
    ["a,b\n1,2\n3\n\xff\n", "All lines must have same number of fields"],
    ['a\n"', "Something went wrong"],
  ])("%j: rows are read one after the other", (body, message) => {
    expect(refusal(() => ask("POST /films", csv(Buffer.from(body, "latin1")))).message).toBe(message);
  });

  it.each(["a,b\n1,2,\xff\n", "a,b,b\n1,\xff,2\n"])("%j: values that do not count may be no UTF-8", (body) => {
    expect(written("POST /films", csv(Buffer.from(body, "latin1")))).toMatchObject({ raw: '[{"a":"1","b":"2"}]' });
  });

  it("ignores columns=", () => {
    expect(written("POST /films?columns=a", csv("a,b\n1,2"))).toMatchObject({ columns: ["a", "b"] });
  });
});

describe("other types", () => {
  it.each(["text/plain", "text/xml", "application/octet-stream"])("%s is handed to a function as it is", (type) => {
    expect(written("POST /rpc/f", typed(type, "<x/>"))).toEqual({ kind: "raw", raw: "<x/>", columns: [] });
    expect(refused("POST /films", typed(type, "<x/>"))).toEqual([
      400,
      "PGRST102",
      `Content-Type not acceptable: ${type}`,
    ]);
  });

  it.each<[string, string, string]>([
    // type, shown by 12.2, shown by 12.0
    ["application/xml", "application/xml", "application/xml"],
    ["multipart/form-data; boundary=x", "multipart/form-data; boundary=x", "multipart/form-data"],
    ["", "", "*/*"],
    ["*/*", "*/*", "*/*"],
    ["application/vnd.pgrst.object+json", "application/vnd.pgrst.object+json", "application/vnd.pgrst.object+json"],
  ])("%s is refused", (type, newer, older) => {
    const message = (version: "12.2" | "12.0") => refused("POST /films", typed(type, "{}", version))[2];
    expect(message("12.2")).toBe(`Content-Type not acceptable: ${newer}`);
    expect(message("12.0")).toBe(`Content-Type not acceptable: ${older}`);
  });

  it.each(["GET /films", "DELETE /films", "GET /rpc/f", "OPTIONS /films", "GET /"])(
    "%s has no body to look at",
    (line) => {
      expect(ask(line, typed("application/xml", "{"))).toMatchObject({ payload: null, columns: new Set() });
    },
  );
});
