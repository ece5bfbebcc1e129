/** Real small and read-only file systems; mounting them needs privileges, so these tests run only as root where that works. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startCluster } from "../../../src/postgres/cluster.ts";
import { icuEnglish } from "../../../src/postgres/flavour.ts";

const directory = mkdtempSync(join(tmpdir(), "flux-dev-disk-"));
const mount = (...options: string[]) =>
  spawnSync("mount", ["-t", "tmpfs", ...options, "tmpfs", directory]).status === 0;
const canMount = process.getuid?.() === 0 && mount("-o", "size=4m,mode=755");
afterAll(() => {
  if (canMount) spawnSync("umount", [directory]);
  rmSync(directory, { recursive: true, force: true });
});

const start = (options = {}) =>
  startCluster({ dataDirectory: join(directory, "data"), flavour: icuEnglish, durability: "throw-away", ...options });

describe.runIf(canMount)("a disk that does not play along", () => {
  test("full: said so, and nothing half-made stays behind", async () => {
    await expect(start()).rejects.toMatchObject({ code: "DISK_FULL", why: "The disk (or the quota) is full." });
    expect(spawnSync("ls", [directory], { encoding: "utf8" }).stdout).toBe("");
  });

  describe("read-only", () => {
    beforeAll(async () => {
      spawnSync("mount", ["-o", "remount,size=200m", directory]);
      await (await start()).stop({ mode: "fast" });
      spawnSync("mount", ["-o", "remount,ro", directory]);
    });

    test("with a cluster and without one: said so", async () => {
      await expect(start()).rejects.toMatchObject({ code: "READ_ONLY" });
      await expect(start({ dataDirectory: join(directory, "other") })).rejects.toMatchObject({ code: "READ_ONLY" });
    });
  });
});
