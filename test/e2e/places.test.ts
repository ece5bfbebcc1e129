/** Directories that are not as one would wish. */
import { chmodSync, existsSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { unprivilegedAccount } from "../../src/postgres/account.ts";
import { cliDirectory, paste } from "../support/cli.ts";

const account = unprivilegedAccount();

describe.runIf(account !== undefined)("as root", () => {
  test("below a directory that is closed to others (a root's home), the data goes to the cache", async () => {
    const cache = mkdtempSync(join(tmpdir(), "flux-dev-cache-"));
    chmodSync(cache, 0o755);
    const project = cliDirectory({ mode: 0o700, env: { FLUX_DEV_CACHE_DIR: cache } });
    const info = await project.json("up", "--detach", "--json");
    expect(paste(info.examples[0]!.curl).status).toBe(200);
    expect(existsSync(join(project.path, ".flux-dev", "data"))).toBe(false);
    await project.run("down");
    const again = await project.json("up", "--detach", "--json", "--fresh");
    expect(again.jwtSecret).toBe(info.jwtSecret);
    await project.remove();
    await rm(cache, { recursive: true });
  });
});

describe.runIf(account !== undefined)("as a normal user", () => {
  test("a directory that cannot be written gets one sentence", async () => {
    const project = cliDirectory({ account });
    chmodSync(project.path, 0o555);
    const { code, stderr } = await project.run("up", "--detach");
    expect(code).toBe(1);
    expect(stderr).toContain(`flux-dev could not write ${join(project.path, ".flux-dev")}.`);
    expect(stderr).toContain("This user may not write there.");
    await project.remove();
  });
});

test("two directories run side by side", async () => {
  const [one, two] = [cliDirectory(), cliDirectory()];
  const [first, second] = await Promise.all([
    one.json("up", "--detach", "--json"),
    two.json("up", "--detach", "--json"),
  ]);
  expect(first.directUrl).not.toBe(second.directUrl);
  expect(paste(first.examples[0]!.curl).status).toBe(200);
  expect(paste(second.examples[0]!.curl).status).toBe(200);
  // A token of the one is no token of the other.
  expect(paste(first.examples[0]!.curl.replace(first.appUrl, second.appUrl)).status).toBe(401);
  await Promise.all([one.remove(), two.remove()]);
});
