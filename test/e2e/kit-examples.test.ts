/** The examples of the test kit, as somebody would run them who has installed the package and nothing else. */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, symlinkSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findChromium } from "../support/chromium.ts";

const root = process.cwd();
let home: string;

// What `npm install` makes of it: the package as a directory of its own, its dependencies within reach.
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "flux-dev-kit-"));
  const installed = join(home, "node_modules", "flux-dev");
  mkdirSync(installed, { recursive: true });
  for (const part of ["dist", "fixtures", "package.json"])
    cpSync(join(root, part), join(installed, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(installed, "node_modules"));
  for (const name of ["vitest", "@playwright", "@supabase"])
    symlinkSync(join(root, "node_modules", name), join(home, "node_modules", name));
  cpSync(join(root, "fixtures", "examples"), join(home, "examples"), { recursive: true });
});
afterAll(() => rm(home, { recursive: true, force: true }));

async function run(example: string, command: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^VITEST|^NODE_|^TEST$/.test(name)),
  );
  const child = spawn(process.execPath, command, {
    cwd: join(home, "examples", example),
    env: { ...inherited, NO_COLOR: "1", ...env },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (output += data.toString()));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, output };
}

const bin = (path: string) => join(root, "node_modules", path);

test("vitest", async () => {
  const { code, output } = await run("vitest", [bin("vitest/vitest.mjs"), "run"]);
  expect(output).toMatch(/Tests +5 passed/);
  expect(code).toBe(0);
});

test("node:test", async () => {
  const { code, output } = await run("node-test", ["--test"]);
  expect(output).toContain("pass 4");
  expect(code).toBe(0);
});

test("Playwright", async (context) => {
  const chromium = findChromium();
  if ("missing" in chromium) return context.skip(chromium.missing);
  const { code, output } = await run("playwright", [bin("@playwright/test/cli.js"), "test", "--reporter=line"], {
    CHROMIUM: chromium.path,
  });
  expect(output).toContain("2 passed");
  expect(code).toBe(0);
});
