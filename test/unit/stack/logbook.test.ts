import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, it } from "vitest";
import { Logbook, type LogEntry } from "../../../src/stack/logbook.ts";

const directory = mkdtempSync(join(tmpdir(), "flux-dev-logbook-"));
const path = join(directory, "log");
const entries = (): LogEntry[] =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as LogEntry);

afterEach(() => rmSync(path, { force: true }));
afterAll(() => rmSync(directory, { recursive: true }));

it("writes what it is told, in order, whatever its length and letters", async () => {
  const log = new Logbook(path);
  const texts = [
    "short",
    "é 😀 \u2028",
    "x".repeat(100_000),
    ...Array.from({ length: 3000 }, (_, index) => `line ${index}`),
  ];
  for (const text of texts) log.write("stack", "info", text, { text });
  await log.close();
  expect(entries().map(({ text }) => text)).toEqual(texts);
  expect(entries().map(({ data }) => data)).toEqual(texts.map((text) => ({ text })));
});

it("writes what has waited before the last words of a process", async () => {
  const log = new Logbook(path);
  log.write("stack", "info", "before");
  log.crash(new Error("the end"));
  expect(entries()).toMatchObject([{ text: "before" }, { kind: "warning" }]);
  await log.close();
  expect(entries()).toHaveLength(2);
});

it("tells who listens what it writes", async () => {
  const log = new Logbook(path);
  const heard: LogEntry[] = [];
  log.listen((entry) => heard.push(entry));
  log.write("gateway", "request", "GET /", { a: 1 });
  await log.close();
  expect(entries()).toEqual(heard);
});
