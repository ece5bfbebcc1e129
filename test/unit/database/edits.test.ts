import { describe, expect, it } from "vitest";
import { applyEdits, chain, lineAndColumn, offsetOfPosition } from "../../../src/database/sql/edits.ts";
import { checksumOf, normalizeSql } from "../../../src/database/sql/normalize.ts";

describe("edits", () => {
  it("lead back to the original, before, inside and after a replacement", () => {
    const edited = applyEdits("on public to x", [{ start: 3, end: 9, text: '"t_api"' }]);
    expect(edited.text).toBe('on "t_api" to x');
    const back = (word: string) => edited.sourceOffset(edited.text.indexOf(word));
    expect([back("on"), back('"t_api"'), back("api"), back("to"), back("x")]).toEqual([0, 3, 3, 10, 13]);
  });

  it("lead back through a deletion and a second round", () => {
    const first = applyEdits("drop\nkeep me", [{ start: 0, end: 5, text: "" }]);
    const second = chain(first, applyEdits(first.text, [{ start: 0, end: 4, text: "hold on to" }]));
    expect(second.text).toBe("hold on to me");
    expect(second.sourceOffset(second.text.indexOf("me"))).toBe("drop\nkeep ".length);
    expect(first.sourceOffset(0)).toBe(5);
  });

  it("count lines and columns from 1, in characters", () => {
    expect(lineAndColumn("a\nb😀c", 5)).toEqual({ line: 2, column: 3 });
    expect(lineAndColumn("", 0)).toEqual({ line: 1, column: 1 });
  });

  it("translate Postgres' positions, which count characters", () => {
    expect(offsetOfPosition("a😀b", 3)).toBe(3);
    expect(offsetOfPosition("abc", 1)).toBe(0);
    expect(offsetOfPosition("abc", 99)).toBe(3);
  });
});

describe("normalisation", () => {
  it.each([
    ["a\r\nb\r\n", "a\nb\n"],
    ["SET transaction_timeout = 0;\nselect 1;", "select 1;"],
    [
      "select 1;\n  set  TRANSACTION_TIMEOUT = '5s'; \nselect 2;\nSET transaction_timeout = 0;\n",
      "select 1;\nselect 2;\nSET transaction_timeout = 0;\n",
    ],
    ["\\restrict abc\nselect 1;\n \t\\unrestrict abc\n", "select 1;\n"],
    ["select '\\restrict';\n\\restricted\n", "select '\\restrict';\n\\restricted\n"],
  ])("%j", (sql, expected) => expect(normalizeSql(sql).text).toBe(expected));

  it("keeps the way back to the file's own lines", () => {
    const sql = "\\restrict abc\r\nselect 1;\r\nselect 2;";
    const normalized = normalizeSql(sql);
    const offset = normalized.sourceOffset(normalized.text.indexOf("select 2"));
    expect(lineAndColumn(sql, offset)).toEqual({ line: 3, column: 1 });
  });

  it("makes CRLF and LF files agree in their checksum, a SHA-256 in hex", () => {
    expect(checksumOf("a\r\nb")).toBe(checksumOf("a\nb"));
    expect(checksumOf("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(checksumOf("a")).not.toBe(checksumOf("a "));
  });
});
