import { expect, test } from "vitest";
import { parsePostmasterFile } from "../../../src/postgres/postmaster.ts";

const ready = "3021\n/data\n1764000000\n40123\n\n127.0.0.1\n 1234567     65536\nready   \n";

test("pid, port and status stand on lines of their own", () => {
  expect(parsePostmasterFile(ready)).toEqual({ pid: 3021, port: 40123, status: "ready" });
});

test("a file that is still being written has no status yet", () => {
  expect(parsePostmasterFile("3021\n/data\n1764000000\n40123\n\n")).toEqual({ pid: 3021, port: 40123, status: "" });
});

test("a stand-alone backend writes its number negated; rubbish is no file", () => {
  expect(parsePostmasterFile("-77\n/data\n")?.pid).toBe(77);
  expect(parsePostmasterFile("")).toBeUndefined();
  expect(parsePostmasterFile("hello")).toBeUndefined();
});
