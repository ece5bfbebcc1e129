/** What `npm pack` ships runs by itself, away from this repository. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
let directory: string;
let unpacked: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "flux-dev-pack-"));
  spawnSync("chmod", ["755", directory]);
  const packed = spawnSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", directory], {
    cwd: root,
    encoding: "utf8",
  });
  const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
  spawnSync("tar", ["-xzf", join(directory, filename), "-C", directory]);
  unpacked = join(directory, "package");
  // Stands for the installation of the dependencies.
  symlinkSync(join(root, "node_modules"), join(unpacked, "node_modules"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test("the demo runs in an empty directory", () => {
  const { bin } = JSON.parse(readFileSync(join(unpacked, "package.json"), "utf8"));
  const empty = join(directory, "empty");
  mkdirSync(empty);
  const print = "fetch(process.env.FLUX_URL + '/health').then((r) => r.text()).then(console.log)";
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [join(unpacked, bin["flux-dev"]), "exec", "--", process.execPath, "-e", print],
    { cwd: empty, encoding: "utf8" },
  );
  expect(stdout, stderr).toBe('{"status":"ok"}\n');
});
