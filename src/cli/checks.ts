/** What `doctor` looks at. Each check says what it found; none of them changes anything but the cache. */
import { spawnSync } from "node:child_process";
import { lookup } from "node:dns/promises";
import { accessSync, constants, existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { withClient } from "../postgres/admin.ts";
import { locateBinaries } from "../postgres/binaries.ts";
import { cacheDirectory } from "../postgres/cache-directory.ts";
import { startThrowAwayCluster } from "../postgres/cluster.ts";
import { icuEnglish } from "../postgres/flavour.ts";
import { projectHosts } from "../project/address.ts";
import { loadProject } from "../project/project.ts";
import { findStack } from "../stack/control/client.ts";
import { placesIn } from "../stack/places.ts";
import { explain } from "./errors.ts";

export interface CheckResult {
  readonly name: string;
  readonly verdict: "PASS" | "WARN" | "FAIL";
  readonly text: string;
  readonly next?: string;
}

type Finding = Omit<CheckResult, "name">;
type Check = (directory: string) => Finding | Promise<Finding>;

const pass = (text: string): Finding => ({ verdict: "PASS", text });
const warn = (text: string, next?: string): Finding => ({
  verdict: "WARN",
  text,
  ...(next === undefined ? {} : { next }),
});

/** Bytes below which a first start may fail: binaries, template, two clusters. */
const NEEDED_SPACE = 500_000_000;

const checks: Readonly<Record<string, Check>> = {
  "Node.js": () => pass(`${process.versions.node} on ${process.platform} ${process.arch}`),
  Project: async (directory) => {
    const project = await loadProject(directory);
    if (project.demo) return warn("no flux.json here: the demo project would run", project.notes[0]);
    const files = project.migrations.flatMap((target) => target.files).length;
    return pass(
      `${project.identity.slug} (${project.identity.hash}), ${project.mode}, ${files} SQL files, ${project.users.length} users`,
    );
  },
  Directory: (directory) => {
    const { root } = placesIn(directory);
    accessSync(existsSync(root) ? root : directory, constants.W_OK);
    return pass(`${root} can be written`);
  },
  "Disk space": async (directory) => {
    const { bavail, bsize } = await statfs(directory);
    const free = `${((bavail * bsize) / 1e9).toFixed(1)} GB free`;
    return bavail * bsize < NEEDED_SPACE
      ? warn(free, "Free some space; a first start takes up to 500 MB.")
      : pass(free);
  },
  Cache: () => pass(cacheDirectory()),
  Postgres: async () => {
    const { version } = await locateBinaries();
    const start = performance.now();
    const cluster = await startThrowAwayCluster({ flavour: icuEnglish });
    await withClient(cluster.url(), (client) => client.query("select 1")).finally(() => cluster.stop());
    return pass(`embedded ${version} starts and answers (${Math.round(performance.now() - start)} ms)`);
  },
  "Host names": async (directory) => {
    const { identity, config } = await loadProject(directory);
    const host = projectHosts(identity, config.baseDomain).flat;
    const address = await lookup(host, 4).then(
      (found) => found.address,
      () => undefined,
    );
    if (address?.startsWith("127.")) return pass(`${host} leads to ${address}`);
    return warn(
      `${host} does not lead to this machine`,
      "Browsers and curl know names below localhost by themselves; other programs use the address by number, which flux-dev env prints.",
    );
  },
  psql: () => {
    const { status, stdout } = spawnSync("psql", ["--version"], { encoding: "utf8" });
    return status === 0 ? pass(stdout.trim()) : warn("not installed: flux-dev psql uses a small prompt of its own");
  },
  Stack: async (directory) => {
    const stack = findStack(directory);
    if (stack === undefined) return pass("not running");
    const info = await stack.call("info");
    const { status } = await fetch(`${info.directUrl}/health/deep`);
    await withClient(info.databaseUrl, (client) => client.query("select 1"));
    return pass(`running as process ${info.pid} on ${info.serviceUrl} (gateway answers ${status})`);
  },
};

export async function runChecks(directory: string, onCheck: (text: string) => void): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const [name, check] of Object.entries(checks)) {
    onCheck(`Checking ${name}`);
    results.push({ name, ...(await find(check, directory)) });
  }
  return results;
}

async function find(check: Check, directory: string): Promise<Finding> {
  try {
    return await check(directory);
  } catch (error) {
    const { what, why, next } = explain(error) ?? { what: String(error) };
    return { verdict: "FAIL", text: why === undefined ? what : `${what} ${why}`, ...(next ? { next } : {}) };
  }
}
