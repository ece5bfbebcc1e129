import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { loadProject } from "../../../src/project/project.ts";
import { pushTargets } from "../../../src/stack/push.ts";

const directory = mkdtempSync(join(tmpdir(), "flux-dev-push-targets-"));
afterAll(() => rmSync(directory, { recursive: true }));

const write = (file: string, text: string) => {
  mkdirSync(join(directory, file, ".."), { recursive: true });
  writeFileSync(join(directory, file), text);
};

it("without an argument it is what the configuration names, as files are now", async () => {
  write("flux.json", '{"slug": "notes", "hash": "1a2b3c4"}');
  write("flux-dev.config.json", '{"migrations": ["db/changes", "db/views.sql"]}');
  write("db/changes/1.sql", "select 1");
  write("db/views.sql", "select 1");
  const project = await loadProject(directory);
  write("db/changes/2.sql", "select 2");
  const shown = (target?: string) =>
    pushTargets(directory, project, target, {}).map((found) => [found.shown, found.mode, found.files.length]);
  expect(shown()).toEqual([
    ["db/changes", "versioned", 2],
    ["db/views.sql", "raw", 1],
  ]);
  expect(shown("db/views.sql")).toEqual([["db/views.sql", "raw", 1]]);
});
