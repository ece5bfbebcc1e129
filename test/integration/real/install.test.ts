/** Installing a PostgREST release, from a mirror on this machine: what is tested is that only the right file gets in. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { findProgram } from "../../../src/postgrest/runner/find.ts";
import { installedPath, installPostgrest } from "../../../src/postgrest/runner/install.ts";
import { releaseFor } from "../../../src/postgrest/runner/releases.ts";

const release = releaseFor("12.2.12", `${process.platform}-${process.arch}`);
let directory: string;
let archive: Buffer;
let server: Server;
let from: string;
/** An address where nobody listens. */
let nobody: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "flux-dev-install-"));
  // A cache is for the account that runs Postgres as well.
  chmodSync(directory, 0o755);
  vi.stubEnv("FLUX_DEV_CACHE_DIR", join(directory, "cache"));
  writeFileSync(join(directory, "postgrest"), "#!/bin/sh\necho PostgREST 12.2.12\n", { mode: 0o755 });
  spawnSync("tar", ["-cJf", "release.tar.xz", "postgrest"], { cwd: directory });
  archive = readFileSync(join(directory, "release.tar.xz"));
  server = createServer((request, reply) => {
    if (request.url === `/v12.2.12/${release?.file}`) reply.end(archive);
    else reply.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  from = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const closed = createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  nobody = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
  closed.close();
  await once(closed, "close");
});
afterAll(() => {
  server.close();
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
});

const progress = () => {};
const nothingInstalled = () => expect(existsSync(installedPath("12.2.12"))).toBe(false);

test.skipIf(release === undefined)("only a file with the expected checksum is installed, and then found", async () => {
  const checksum = createHash("sha256").update(archive).digest("hex");
  await expect(
    installPostgrest({ version: "12.2.12", from, checksum: "0".repeat(64), progress }),
  ).rejects.toMatchObject({
    code: "CHECKSUM_WRONG",
  });
  nothingInstalled();
  const path = await installPostgrest({ version: "12.2.12", from, checksum, progress });
  expect(await findProgram({ path: undefined, directory, wanted: "12.2.12" })).toEqual({
    path,
    version: "12.2.12",
    wanted: "12.2.12",
  });
  rmSync(path);
});

test("a release that nobody vouches for is not even fetched", async () => {
  await expect(installPostgrest({ version: "12.0.2", from, progress })).rejects.toMatchObject({
    code: "CHECKSUM_UNKNOWN",
    next: expect.stringContaining("--checksum"),
  });
});

test.each([
  ["a mirror without the file", () => `${from}/elsewhere`, /answers 404/],
  ["no network", () => nobody, /No connection to 127\.0\.0\.1 \(ECONNREFUSED\)/],
])("%s is said in a line", async (_, mirror, why) => {
  const asked = installPostgrest({ version: "12.2.12", from: mirror(), checksum: "0".repeat(64), progress });
  await expect(asked).rejects.toMatchObject({ code: "DOWNLOAD_FAILED", why: expect.stringMatching(why) });
  nothingInstalled();
});
