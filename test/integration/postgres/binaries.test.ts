/** The package as npm leaves it, without its links, in directories that can and cannot be used. */
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { unprivilegedAccount } from "../../../src/postgres/account.ts";
import { usableCopy } from "../../../src/postgres/binaries.ts";
import { makeLibraryLinks } from "../../../src/postgres/library-links.ts";

const account = unprivilegedAccount();
let root: string;
let native: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "flux-dev-binaries-"));
  chmodSync(root, 0o755);
  native = join(root, "package", "native");
  mkdirSync(join(native, "lib"), { recursive: true });
  mkdirSync(join(native, "bin"));
  writeFileSync(join(native, "bin", "postgres"), "#!/bin/sh\n", { mode: 0o755 });
  writeFileSync(join(native, "lib", "libpq.so.5.16"), "library");
  const links = [{ source: "native/lib/libpq.so.5.16", target: "native/lib/libpq.so.5" }];
  writeFileSync(join(native, "pg-symlinks.json"), JSON.stringify(links));
  vi.stubEnv("FLUX_DEV_CACHE_DIR", join(root, "cache"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

test("links are made in place, relative, once; repeating and racing do no harm", async () => {
  const done = await Promise.all([1, 2, 3].map(() => usableCopy(native, "16.0", account)));
  expect(done).toEqual([native, native, native]);
  expect(readlinkSync(join(native, "lib", "libpq.so.5"))).toBe("libpq.so.5.16");
  expect(readFileSync(join(native, "lib", "libpq.so.5"), "utf8")).toBe("library");
  makeLibraryLinks(native);
});

test("a package without a list needs no links", async () => {
  await rm(join(native, "pg-symlinks.json"));
  expect(await usableCopy(native, "16.0", account)).toBe(native);
});

describe.runIf(account !== undefined)("below a directory that is closed to the account", () => {
  test("a copy in the cache is made once, complete with links, and readable", async () => {
    chmodSync(join(root, "package"), 0o700);
    chmodSync(join(native, "bin", "postgres"), 0o700);
    const copies = await Promise.all([1, 2].map(() => usableCopy(native, "16.0", account)));
    expect(copies[0]).toBe(copies[1]);
    expect(copies[0]).toContain(join(root, "cache"));
    expect(readFileSync(join(copies[0]!, "lib", "libpq.so.5"), "utf8")).toBe("library");
    expect(statSync(join(copies[0]!, "bin", "postgres")).mode & 0o777).toBe(0o755);
  });

  test("without a cache it can reach, there is one clear sentence", async () => {
    chmodSync(join(root, "package"), 0o700);
    vi.stubEnv("FLUX_DEV_CACHE_DIR", join(root, "package", "cache"));
    await expect(usableCopy(native, "16.0", account)).rejects.toMatchObject({
      code: "CACHE_UNUSABLE",
      next: "Set FLUX_DEV_CACHE_DIR to a directory that works.",
    });
  });

  test("a cache directory that belongs to somebody else is not trusted", async () => {
    chmodSync(join(root, "package"), 0o700);
    mkdirSync(join(root, "cache"));
    chownSync(join(root, "cache"), account!.uid, account!.gid);
    await expect(usableCopy(native, "16.0", account)).rejects.toMatchObject({ code: "CACHE_UNUSABLE" });
  });
});
