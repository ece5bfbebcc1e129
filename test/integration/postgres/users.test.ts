/** Postgres refuses root; a root user gets it as an unprivileged account, anybody else as themselves. */
import { randomUUID } from "node:crypto";
import { chownSync, existsSync, mkdirSync, mkdtempSync, statSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { unprivilegedAccount } from "../../../src/postgres/account.ts";
import { startCluster, startThrowAwayCluster } from "../../../src/postgres/cluster.ts";
import { icuEnglish } from "../../../src/postgres/flavour.ts";
import { startScript } from "../../support/processes.ts";

const asRoot = process.getuid?.() === 0;
const account = unprivilegedAccount();
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "flux-dev-users-"));
  if (account !== undefined) chownSync(directory, account.uid, account.gid);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test("a normal user without a home starts one", async () => {
  const { line, child } = await startScript<{ uid: number; code?: string; message?: string }>(
    "cluster-owner.ts",
    [join(directory, "normal"), "--remove", "--stop"],
    { account, env: { HOME: "/nonexistent", FLUX_DEV_CACHE_DIR: join(directory, "cache") } },
  );
  expect(line).toMatchObject({ uid: account?.uid ?? process.getuid!() });
  await new Promise((resolve) => child.once("exit", resolve));
  expect(existsSync(join(directory, "normal"))).toBe(false);
});

describe.runIf(asRoot)("as root", () => {
  test("the data belongs to the unprivileged account", async () => {
    await using cluster = await startThrowAwayCluster({ flavour: icuEnglish });
    expect(statSync(cluster.dataDirectory).uid).toBe(account!.uid);
  });

  test("a directory that the account cannot reach is refused before anything is made", async () => {
    const closed = mkdtempSync(join(tmpdir(), "flux-dev-closed-"));
    const start = startCluster({ dataDirectory: join(closed, "data"), flavour: icuEnglish });
    await expect(start).rejects.toMatchObject({ code: "UNREACHABLE_DIRECTORY" });
    expect(existsSync(join(closed, "data"))).toBe(false);
    await rm(closed, { recursive: true });
  });

  test("data that root owns is handed over, data of a user stays theirs", async () => {
    const data = join(tmpdir(), `flux-dev-test-${randomUUID()}`);
    const options = { dataDirectory: data, flavour: icuEnglish, durability: "throw-away" } as const;
    await (await startCluster(options)).stop({ mode: "fast" });
    chownSync(data, 0, 0);
    await (await startCluster(options)).stop({ mode: "fast" });
    expect(statSync(data).uid).toBe(account!.uid);
    await rm(data, { recursive: true });
  });

  test("a normal user is told whose data it is", async () => {
    const data = join(directory, "of-root");
    mkdirSync(data);
    writeFileSync(join(data, "PG_VERSION"), "16\n");
    const { line } = await startScript<{ code: string }>("cluster-owner.ts", [data, "--stop"], {
      account,
      env: { FLUX_DEV_CACHE_DIR: join(directory, "cache") },
    });
    expect(line.code).toBe("WRONG_OWNER");
  });
});
