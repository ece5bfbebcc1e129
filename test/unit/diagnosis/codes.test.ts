import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { catalogue } from "../../../src/diagnosis/codes.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

const filesUnder = (directory: string, ending: RegExp): string[] =>
  readdirSync(join(root, directory), { recursive: true, encoding: "utf8" })
    .filter((name) => ending.test(name))
    .map((name) => readFileSync(join(root, directory, name), "utf8"));

it("every code says what it is, why, and where it is written up", () => {
  for (const [code, { title, explanation, documentation }] of Object.entries(catalogue)) {
    expect(code).toMatch(/^[a-z]+\.[a-z0-9-]+$/);
    expect(title, code).toMatch(/^[A-Z].*[^.]$/);
    expect(explanation, code).toMatch(/\.$/);
    expect(documentation, code).toMatch(/^https:\/\//);
  }
});

it("every code is shown by a trap or a test", () => {
  const shown = [
    ...filesUnder("fixtures/traps", /trap\.json$/),
    ...filesUnder("test/integration/diagnosis", /\.ts$/),
    ...filesUnder("test/unit/diagnosis", /(?<!codes)\.test\.ts$/),
  ].join("\n");
  const unshown = Object.keys(catalogue).filter((code) => !shown.includes(`"${code}"`));
  expect(unshown).toEqual([]);
});
