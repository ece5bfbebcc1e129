import { expect, it } from "vitest";
import { directoryMode, fileMode } from "../../../src/project/push-choice.ts";

it("a file is run as asked, or as its place says", () => {
  expect(fileMode({}, "versioned")).toBe("versioned");
  expect(fileMode({ mode: "RAW" }, "versioned")).toBe("raw");
  expect(fileMode({ mode: "Repeatable", force: true }, "raw")).toBe("repeatable");
  expect(() => fileMode({ mode: "once" }, "raw")).toThrow("Invalid --mode. Use one of: raw, versioned, repeatable.");
  expect(() => fileMode({ force: true }, "raw")).toThrow(/^--force requires --mode repeatable\.$/);
});

it("a directory is versioned, and nothing else", () => {
  expect(directoryMode({ mode: "versioned" })).toBe("versioned");
  expect(() => directoryMode({ mode: "raw" })).toThrow("--mode raw applies to single SQL files only.");
  expect(() => directoryMode({ mode: "repeatable" })).toThrow("push one repeatable script at a time.");
  expect(() => directoryMode({ force: true })).toThrow("--force requires --mode repeatable on a single SQL file.");
  expect(() => directoryMode({ mode: "once" })).toThrow("Invalid --mode.");
});
